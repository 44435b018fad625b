import type { MessageEntry } from '../../transports/trace/exchange.ts';

const TIME_WIDTH = 12;
const MIN_LANE = 16;

/** A sequence chart as text: a column a party, an arrow a message. */
export const chartLines = (entries: readonly MessageEntry[]): string[] => {
  const parties = partiesOf(entries);
  const lane = Math.max(MIN_LANE, ...parties.map((name) => name.length + 2));
  const at = (name: string): number => TIME_WIDTH + 4 + parties.indexOf(name) * lane;
  const empty = ' '.repeat(TIME_WIDTH + 4 + (parties.length - 1) * lane + 1);
  const lifelines = put(empty, ...parties.map((name): Mark => [at(name), '│']));
  const heads = put(
    `${empty}${' '.repeat(lane)}`,
    ...parties.map((name): Mark => [at(name), name]),
  );
  return [
    heads.trimEnd(),
    ...entries.map((entry) => {
      const { from, to, startMs, message, bytes, acks } = entry;
      const time = `${(startMs / 1000).toFixed(3)} s`.padStart(TIME_WIDTH);
      const lost = acks === 0 && to !== 'all' ? ', no acknowledgement' : '';
      const arrow = arrowOf(at(from), at(to), message ?? '?');
      return `${put(lifelines, [0, time], arrow)}  ${bytes} B${lost}`;
    }),
  ];
};

/** In the order they first appear, the Central Entity first, and everybody last. */
export const partiesOf = (entries: readonly MessageEntry[]): string[] => {
  const rank = (name: string): number => (name === 'CE' ? 0 : name === 'all' ? 2 : 1);
  const names = new Set(entries.flatMap(({ from, to }) => [from, to]));
  return [...names].sort((a, b) => rank(a) - rank(b));
};

type Mark = readonly [at: number, text: string];

const put = (line: string, ...marks: readonly Mark[]): string =>
  marks.reduce((text, [at, mark]) => text.slice(0, at) + mark + text.slice(at + mark.length), line);

const arrowOf = (from: number, to: number, name: string): Mark => {
  if (from === to) return [from + 1, `↺ ${name}`];
  const [left, right] = from < to ? [from, to] : [to, from];
  const room = right - left - 1;
  const label = name.slice(0, room - 3);
  const before = Math.floor((room - label.length) / 2);
  const line = `${'─'.repeat(before)}${label}${'─'.repeat(room - before - label.length)}`;
  return [left + 1, from < to ? `${line.slice(0, -1)}▶` : `◀${line.slice(1)}`];
};
