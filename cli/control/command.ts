import { Command } from 'commander';
import type { ControlRequest } from '../../runtime/control/requests.ts';
import { ask } from '../control-client.ts';
import { DEFAULT_SOCKET } from '../control-socket.ts';
import { EXIT_TEXT, operate } from '../operate.ts';

export interface Options {
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
  { socket, json }: Options,
  request: ControlRequest,
  text: (answer: Answer) => string,
): Promise<void> => operate(json, { answer: () => ask<Answer>(socket, request), text });

/** How a device is named on a command line. */
export const DEVICE_TEXT = 'name, address or id, as ties nodes lists them';

/** What cannot be taken back wants `--yes`, so that nobody gives it by mistake. */
export const forGood = (command: Command): Command =>
  command.requiredOption('--yes', 'for good: this cannot be taken back');
