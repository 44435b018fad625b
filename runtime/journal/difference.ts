import { toHex } from '../../protocol/bytes.ts';
import type { Deed, Stimulus } from './turn.ts';
import { fromJson } from './values.ts';

/** Where a replayed device first did something else than the recorded one. */
export interface Difference {
  readonly device: string;
  readonly atMs: number;
  /** What had set it going, as people read it. */
  readonly after: string;
  /** What both did last. */
  readonly before: readonly Deed[];
  /** From here on they differ, until the end of the turn; empty where one did nothing more. */
  readonly recorded: readonly Deed[];
  readonly replayed: readonly Deed[];
}

/** So many deeds of each are shown. */
const SHOWN = 5;
const MIN_COLUMN = 36;
const MAX_COLUMN = 70;

/** The difference side by side, recorded left. */
export const differenceLines = (difference: Difference): string[] => {
  const { device, atMs, after, before, recorded, replayed } = difference;
  const left = ['recorded', ...recorded.slice(0, SHOWN)];
  const right = ['replayed', ...replayed.slice(0, SHOWN)];
  const same = before.slice(-SHOWN);
  const longest = Math.max(...[...left, ...same].map(({ length }) => length));
  const width = Math.min(MAX_COLUMN, Math.max(MIN_COLUMN, longest + 2));
  const row = (one = '', other = ''): string =>
    `  ${cut(one, width).padEnd(width)}${cut(other, width)}`.trimEnd();
  return [
    `${device} at ${(atMs / 1000).toFixed(3)} s, after ${after}:`,
    ...same.map((deed) => row(deed, deed)),
    ...Array.from({ length: Math.max(left.length, right.length) }, (_, at) =>
      row(left[at], right[at]),
    ),
    ...transitionLines(difference),
  ];
};

const STATE = /^state (\S+) (.*)$/;

/** The first machine that went elsewhere, and from which on all else may follow. */
const transitionLines = ({ recorded, replayed }: Difference): string[] => {
  for (const deed of recorded) {
    const [, actor, state] = STATE.exec(deed) ?? [];
    if (actor === undefined) continue;
    const other = replayed.map((done) => STATE.exec(done)).find((found) => found?.[1] === actor);
    if (other !== undefined && other?.[2] !== state)
      return [`${actor} went to ${state} when it was recorded, now it goes to ${other?.[2]}.`];
  }
  return [];
};

const cut = (text: string, width: number): string =>
  text.length < width ? text : `${text.slice(0, width - 2)}…`;

/** What set a device going; `question` is what an answer answers. */
export const stimulusText = (stimulus: Stimulus, question: Deed | null): string => {
  switch (stimulus[0]) {
    case 'start':
    case 'stop':
      return `its ${stimulus[0]}`;
    case 'timer':
    case 'done':
      return `"${question ?? stimulus[1]}"`;
    case 'failed':
      return `"${question ?? stimulus[1]}" failed with ${stimulus[2].code}`;
    case 'heard':
      return `hearing ${toHex((fromJson(stimulus[1]) as { frame: Uint8Array }).frame)}`;
    case 'trouble':
      return `the radio told of ${stimulus[1].code}`;
    case 'commands':
      return `the command ${stimulus[1].map((event) => (event as { type: string }).type).join(', ')}`;
  }
};
