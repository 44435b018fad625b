import { InvalidArgumentError } from 'commander';
import { MESSAGE_NAMES, type MessageName } from '../../protocol/messages.ts';
import type { Entry } from '../../transports/trace/exchange.ts';

/** Which of a trace to show. */
export interface Filter {
  /** Names or addresses; either side is enough. */
  readonly node?: readonly string[];
  readonly message?: readonly MessageName[];
  /** Seconds from the trace's first bit. */
  readonly since?: number;
  readonly until?: number;
}

export const passes = ({ node, message, since, until }: Filter, entry: Entry): boolean => {
  if (since !== undefined && entry.startMs < since * 1000) return false;
  if (until !== undefined && entry.startMs >= until * 1000) return false;
  if (node === undefined && message === undefined) return true;
  if (entry.kind === 'stray') return false;
  if (message !== undefined && (entry.message === null || !message.includes(entry.message)))
    return false;
  return node === undefined || partiesOf(entry).some((party) => node.includes(party));
};

const partiesOf = ({ from, to, src, dst }: Extract<Entry, { kind: 'message' }>): string[] => [
  ...[from, to],
  ...[`${src}`, `${dst}`],
];

/** For an option that may be given several times. */
export const messageName = (text: string, previous: readonly MessageName[] = []): MessageName[] => {
  const name = MESSAGE_NAMES.find((known) => known.toLowerCase() === text.toLowerCase());
  if (name === undefined)
    throw new InvalidArgumentError(`Give one of ${MESSAGE_NAMES.join(', ')}.`);
  return [...previous, name];
};

export const collected = (text: string, previous: readonly string[] = []): string[] => [
  ...previous,
  text,
];

export const seconds = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0))
    throw new InvalidArgumentError('Give seconds from the beginning of the trace, such as 12.5.');
  return value;
};
