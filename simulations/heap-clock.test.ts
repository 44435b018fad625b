import { expect, test } from 'vitest';
import { HeapClock } from './heap-clock.ts';

/** What happens when, in a world whose entries make others. */
const timeline = (clock: HeapClock): string[] => {
  const seen: string[] = [];
  const note = (name: string) => () => {
    seen.push(`${clock.now()} ${name}`);
    if (name.length < 4) clock.setTimeout(note(`${name}+`), 7);
  };
  for (const [name, delayMs] of [
    ['a', 10],
    ['b', 5],
    ['c', 10],
  ] as const) {
    clock.setTimeout(note(name), delayMs);
  }
  clock.clearTimeout(clock.setTimeout(note('never'), 1));
  return seen;
};

test('without promises the same happens at the same times', async () => {
  const [waiting, plain] = [new HeapClock(), new HeapClock()];
  const [expected, actual] = [timeline(waiting), timeline(plain)];
  expect(await waiting.runUntil(() => false)).toBe(false);
  expect(plain.runPlain(() => false)).toBe(false);
  expect(actual).toEqual(expected);
  expect(actual).toHaveLength(12);
});

test('running plainly stops where it is told', () => {
  const clock = new HeapClock();
  const seen = timeline(clock);
  expect(clock.runPlain(() => seen.length === 2)).toBe(true);
  expect(seen).toEqual(['5 b', '10 a']);
  expect(clock.runPlain(() => false, 11)).toBe(false);
  expect([seen.at(-1), clock.now()]).toEqual(['10 c', 11]);
});

test('running plainly refuses what would have to be waited for', () => {
  const clock = new HeapClock();
  clock.work(5, () => Promise.resolve());
  expect(() => clock.runPlain(() => false)).toThrow(
    expect.objectContaining({ code: 'CLOCK_PROMISE' }),
  );
});
