import { createReadStream, createWriteStream, openSync } from 'node:fs';
import { type Answer, faultOf, openChannel, type Request } from './channel.ts';

/** What the host may ask for; loaded when it first does, as an emulated processor takes its time. */
const GROUPS = {
  shell: () => import('./operations/shell.ts'),
  tpm: () => import('./operations/tpm.ts'),
  sensor: () => import('./operations/sensor.ts'),
  line: () => import('./operations/line.ts'),
  radio: () => import('./operations/radio.ts'),
  control: () => import('./operations/control.ts'),
};

export type Groups = {
  readonly [Group in keyof typeof GROUPS]: Awaited<ReturnType<(typeof GROUPS)[Group]>>;
};

type Operation = (...args: readonly unknown[]) => unknown;

const perform = async ({ group, operation, args }: Request): Promise<unknown> => {
  const operations = (await GROUPS[group as keyof Groups]()) as Record<string, unknown>;
  return (operations[operation] as Operation)(...args);
};

const fd = openSync('/dev/virtio-ports/agent', 'r+');
const send = openChannel<Answer, Request>(
  createReadStream('', { fd, autoClose: false }),
  createWriteStream('', { fd, autoClose: false }),
  (request) => {
    const { id } = request;
    perform(request).then(
      (value) => send({ id, value: value ?? null }),
      (error) => send({ id, fault: faultOf(error) }),
    );
  },
);
// Ready.
send({ id: 0, value: null });
