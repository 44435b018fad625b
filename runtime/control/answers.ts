import type { Observable } from 'rxjs';
import type { Versioned } from '../../actors/store/contents.ts';
import type { Store } from '../../actors/store.ts';
import type { Clock } from '../../drivers/clock/interface.ts';
import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import type { Label } from '../../protocol/label.ts';
import type { KnownDevice } from '../../protocol/roster.ts';
import type { Recording } from '../../transports/trace/recordings.ts';
import { encodeBackup } from '../backup/contents.ts';
import type { Device } from '../device.ts';
import type { RadioHealth, TpmHealth } from '../health.ts';
import type { DeviceInspector } from '../inspector.ts';
import { provisioned } from '../provision.ts';
import { stateText } from '../state-text.ts';
import type { Listed } from './devices.ts';
import type { News } from './news.ts';
import type { ControlRequest, ControlVerb } from './requests.ts';

/** What a request is answered from. */
export interface Sources {
  readonly clock: Clock;
  readonly store: Store;
  readonly news: Observable<News>;
  readonly radio: Pick<RadioHealth, 'trouble'>;
  readonly tpm: Pick<TpmHealth, 'trouble'>;
  /** Of its radio, where the role asks for one. */
  readonly recording: Recording | null;
  /** Null where nothing outlives the process. */
  readonly contents: (() => Versioned) | null;
  /** Of a model TPM, made by this process. */
  readonly label: Label | null;
  readonly inspector: Pick<DeviceInspector, 'open'>;
}

type Of<Verb extends ControlVerb> = Extract<ControlRequest, { do: Verb }>;

/** One answer a verb. It throws a `TiesError` for what cannot be done. */
export type Answers = {
  readonly [Verb in Exclude<ControlVerb, 'watch'>]: (request: Of<Verb>) => object | Promise<object>;
};

/** What both roles say of themselves. */
export const ownStatus = (device: Device, { clock, radio, tpm }: Sources, startedMs: number) => ({
  name: device.name,
  role: device.role,
  device: device.actor.getSnapshot().context.device,
  state: stateText(device.actor.getSnapshot().value),
  upS: Math.floor((clock.now() - startedMs) / 1000),
  radio: radio.trouble === null ? 'ok' : radio.trouble.code,
  tpm: tpm.trouble === null ? 'ok' : tpm.trouble.code,
});

export const labelAnswer = ({ label }: Sources): object => {
  if (label !== null) return provisioned(label);
  throw new TiesError(
    'CONTROL_NO_LABEL',
    'This daemon made no label: stop it and type ties provision, once in the life of its TPM.',
  );
};

export const flushAnswer = (recording: Recording | null): { path: string | null } => {
  if (recording !== null) return { path: recording.flush() };
  throw new TiesError(
    'CONTROL_NO_TRACE',
    'This device records no trace: give "trace": {} in its role file, and restart it.',
  );
};
/** Who may use this socket may also see the machines. */
export const inspectAnswer = (
  { inspector }: Sources,
  { listen, tls }: Of<'inspect'>,
): Promise<object> => inspector.open({ listen, ...(tls !== undefined && { tls }) });

export const listedIn = (entries: readonly KnownDevice[]): readonly Listed[] =>
  entries
    .map((entry) => ({ ...entry, devId: toHex(entry.devId) }))
    .sort((a, b) => a.address - b.address);

/** All that the store holds, to be sealed by who asks: that takes memory which a daemon has not. */
export const backupAnswer = (device: Device, { contents }: Sources): object => {
  const { device: id } = device.actor.getSnapshot().context;
  if (contents === null)
    throw new TiesError(
      'BACKUP_NOTHING',
      'The keys of a model TPM end with its process, so there is nothing that a backup could bring back.',
    );
  if (id === null)
    throw new TiesError(
      'CONTROL_NOT_RUNNING',
      'The device has not heard of its TPM yet: see ties status, and try again.',
    );
  const content = encodeBackup({ role: device.role, device: id, ...contents() });
  return { content: Buffer.from(content).toString('base64') };
};

export const onlyCenter = (): never => {
  throw new TiesError(
    'CONTROL_NOT_CENTER',
    'This device is a node: ask the Central Entity, by its own --socket.',
  );
};

export const onlyNode = (): never => {
  throw new TiesError(
    'CONTROL_NOT_NODE',
    'This device is the Central Entity: ask a node, by its own --socket.',
  );
};

/** Throws `CONTROL_NOT_RUNNING` for a device that is still booting or has failed. */
export const requireRunning = ({ actor }: Device): void => {
  const { value } = actor.getSnapshot();
  if (typeof value === 'string' && value !== 'running')
    throw new TiesError(
      'CONTROL_NOT_RUNNING',
      `The device is ${value}: see ties status and its log, and try again.`,
    );
};
