import { CenterRecords, type LabelRecord } from '../../actors/center/records.ts';
import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { shortDevId } from '../../protocol/identity.ts';
import { type Label, parseLabel } from '../../protocol/label.ts';
import type { CenterDevice } from '../device.ts';
import {
  type Answers,
  backupAnswer,
  flushAnswer,
  inspectAnswer,
  labelAnswer,
  listedIn,
  onlyNode,
  ownStatus,
  requireRunning,
  type Sources,
} from './answers.ts';
import { Devices, type Listed } from './devices.ts';
import { JoinWindow } from './join-window.ts';
import { decided } from './news.ts';

/** The TPM counts as stalled after 90 s, and then says so. */
const ADMISSION_LIMIT_MS = 100_000;
/** It is written down, without the TPM. */
const REVOCATION_LIMIT_MS = 30_000;

interface Outcome {
  readonly reason: string | null;
  readonly advice?: string | null;
}

/** What the Central Entity does on request. */
export const centerAnswers = (device: CenterDevice, sources: Sources): Answers => {
  const { clock, store } = sources;
  const startedMs = clock.now();
  const records = new CenterRecords(store);
  const window = new JoinWindow(clock, (isOpen) =>
    device.actor.send({ type: isOpen ? 'window.open' : 'window.close' }),
  );
  /** With those that were admitted and are on no list yet. */
  const list = (): readonly Listed[] => {
    const listed = listedIn(records.listedEntries);
    const addresses = new Set(listed.map(({ address }) => address));
    const waiting = store
      .entries<LabelRecord>('label/')
      .filter(([, { address }]) => !addresses.has(address))
      .map(([, { address, devId, sealed }]) => ({
        address,
        devId: toHex(shortDevId(devId)),
        state:
          records.member(address) !== undefined
            ? 'joined'
            : sealed === null
              ? 'revoked'
              : 'admitted',
      }));
    return [...listed, ...waiting];
  };
  const devices = new Devices(store, list);

  const revoke = async ({ address, devId }: Listed): Promise<object> => {
    const outcome = await decided<Outcome>(sources, {
      act: () => device.actor.send({ type: 'member.revoke', address }),
      decide: (news) => {
        if (news.address !== address) return null;
        if (news.type === 'member.revoked') return { reason: null };
        return news.type === 'revocation.refused' ? (news as unknown as Outcome) : null;
      },
      limitMs: REVOCATION_LIMIT_MS,
    });
    if (outcome?.reason === null) return { address, devId };
    throw new TiesError(
      'CONTROL_REVOCATION',
      outcome === null
        ? 'The device was not revoked in time: see the log of the center, and try again.'
        : `The device was not revoked (${outcome.reason}). ${outcome.advice ?? ''}`.trim(),
    );
  };

  /** News of an admission names no label, so there is one at a time. */
  let latest: Promise<unknown> = Promise.resolve();

  const admit = async (label: Label): Promise<object> => {
    const outcome = await decided<Outcome>(sources, {
      act: () => device.actor.send({ type: 'label.admit', label }),
      decide: (news) =>
        news.type === 'label.admitted'
          ? { reason: null }
          : news.type === 'label.refused'
            ? (news as unknown as Outcome)
            : null,
      limitMs: ADMISSION_LIMIT_MS,
    });
    if (outcome?.reason === null) return { devId: toHex(label.devId) };
    throw new TiesError(
      'CONTROL_ADMISSION',
      outcome === null
        ? 'The label was not admitted in time: see the log of the center, and try again.'
        : `The label was not admitted (${outcome.reason}). ${outcome.advice ?? ''}`.trim(),
    );
  };

  return {
    status: () => ({
      ...ownStatus(device, sources, startedMs),
      rosterVersion: records.roster.version,
      windowS: window.remainingS,
    }),
    nodes: () => ({ version: records.roster.version, nodes: devices.named }),
    label: () => labelAnswer(sources),
    inspect: (request) => inspectAnswer(sources, request),
    backup: () => backupAnswer(device, sources),
    rename: ({ device: which, name }) => devices.rename(which, name),
    revoke: ({ device: which }) => {
      requireRunning(device);
      return revoke(devices.find(which));
    },
    leave: onlyNode,
    'key.rotate': onlyNode,
    admit: ({ label: text }) => {
      requireRunning(device);
      const label = parseLabel(text);
      const turn = latest.then(() => admit(label));
      latest = turn.catch(() => undefined);
      return turn;
    },
    'window.open': ({ forS }) => {
      requireRunning(device);
      window.open(forS);
      return { windowS: window.remainingS };
    },
    'window.close': () => {
      requireRunning(device);
      window.close();
      return { windowS: 0 };
    },
    'session.request': onlyNode,
    'trace.flush': () => flushAnswer(sources.recording),
  };
};
