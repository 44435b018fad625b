import { text as readAll } from 'node:stream/consumers';
import { Argument, Command, InvalidArgumentError } from 'commander';
import type { ControlReply, ControlRequest } from '../runtime/control/requests.ts';
import { integer } from './arguments.ts';
import { answerOf, ask, converse } from './control-client.ts';
import { DEFAULT_SOCKET } from './control-socket.ts';
import { EXIT_TEXT, operate } from './operate.ts';
import { type Status, statusText } from './status-text.ts';

export interface ControlOptions {
  readonly socket: string;
  readonly json: boolean;
}

/** A command that speaks with the running daemon. */
export const control = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .option('--socket <path>', 'control socket of the daemon', DEFAULT_SOCKET)
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText('after', `\n${EXIT_TEXT}`);

export const asking = <Answer extends object>(
  { socket, json }: ControlOptions,
  request: ControlRequest,
  text: (answer: Answer) => string,
): Promise<void> => operate(json, { answer: () => ask<Answer>(socket, request), text });

const admitCommand = (): Command =>
  control('admit', 'Let the device of a label join, at the Central Entity')
    .argument('<label>', 'the label; - reads it from standard input, as others see arguments')
    .action(async (given: string, options: ControlOptions) => {
      const label = given === '-' ? (await readAll(process.stdin)).trim() : given;
      await asking<{ devId: string }>(
        options,
        { do: 'admit', label },
        ({ devId }) => `Device ${devId} may join while the window is open.`,
      );
    });

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** `90s`, `10m`, `2h`. */
const duration = (text: string): number => {
  const [, count, unit] = /^([1-9]\d{0,4})([smh])$/.exec(text) ?? [];
  const seconds = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN);
  if (!(seconds <= 86_400))
    throw new InvalidArgumentError('Give such as 90s, 10m or 2h, at most 24h.');
  return seconds;
};

const windowCommand = (): Command =>
  new Command('window')
    .description('Let admitted devices join for a while, at the Central Entity')
    .addCommand(
      control('open', 'Open the join window')
        .option('--for <time>', 'how long, such as 90s, 10m or 2h', duration, 600)
        .action((options: ControlOptions & { readonly for: number }) =>
          asking<{ windowS: number }>(
            options,
            { do: 'window.open', forS: options.for },
            ({ windowS }) => `Open for ${windowS} s.`,
          ),
        ),
    )
    .addCommand(
      control('close', 'Close it').action((options: ControlOptions) =>
        asking(options, { do: 'window.close' }, () => 'Closed.'),
      ),
    );

interface Nodes {
  readonly version: number;
  readonly nodes: readonly {
    readonly address: number;
    readonly devId: string;
    readonly state: string;
  }[];
}

const nodesCommand = (): Command =>
  control('nodes', 'The list of authorized devices, as this device has it').action(
    (options: ControlOptions) =>
      asking<Nodes>(options, { do: 'nodes' }, ({ version, nodes }) =>
        [
          `version ${version}, ${nodes.length} devices`,
          ...nodes.map(
            ({ address, devId, state }) => `${String(address).padStart(5)}  ${devId}  ${state}`,
          ),
        ].join('\n'),
      ),
  );

const statusCommand = (): Command =>
  control('status', 'How a device is doing').action((options: ControlOptions) =>
    asking<Status>(options, { do: 'status' }, statusText),
  );

const sessionCommand = (): Command =>
  new Command('session').description('Session keys with other nodes').addCommand(
    control('request', 'Get a session key for a peer, and confirm it')
      .addArgument(new Argument('<peer>', 'address of the peer').argParser(integer(2, 0xffff)))
      .option('--indirect', 'the key travels through this node instead of to the peer', false)
      .action((peer: number, options: ControlOptions & { readonly indirect: boolean }) =>
        asking(
          options,
          { do: 'session.request', peer, mode: options.indirect ? 'indirect' : 'direct' },
          () => `There is a confirmed session with ${peer}.`,
        ),
      ),
  );

/** Always JSON: news have no other form. */
const watchCommand = (): Command =>
  control('watch', 'What happens on a device from now on, a line of JSON for each').action(
    ({ socket, json }: ControlOptions) =>
      operate(json, {
        answer: async () => {
          const lines = converse(socket, { do: 'watch' });
          const first = await lines.next();
          if (!first.done) answerOf(first.value as ControlReply);
          for await (const line of lines)
            process.stdout.write(`${JSON.stringify((line as { news: object }).news)}\n`);
          return {};
        },
        text: () => 'The daemon has ended.',
      }),
  );

/** `ties admit`, `ties nodes` and the others that ask the running daemon. */
export const controlCommands = (): Command[] => [
  ...[admitCommand(), windowCommand(), nodesCommand()],
  ...[statusCommand(), sessionCommand(), watchCommand()],
];
