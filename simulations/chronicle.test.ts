import { EMPTY } from 'rxjs';
import { expect, test } from 'vitest';
import type { Sighting } from '../actors/tap.ts';
import { Chronicle } from './chronicle.ts';

const chronicleOf = (
  ...opened: readonly (readonly [device: string, name: string, atMs: number])[]
) => {
  const chronicle = new Chronicle({ changes: EMPTY, rows: () => [], close: () => undefined });
  for (const [device, name, atMs] of opened)
    chronicle.noteSighting({
      ...{ device, atMs, kind: 'event', type: 'message.opened', what: { name } },
    } as unknown as Sighting);
  return chronicle;
};

test('of messages of a kind that a device opened, the first and the last within a time', () => {
  const chronicle = chronicleOf(
    ['N1', 'K2.direct', 10],
    ['N2', 'K2.direct', 15],
    ['N1', 'K2.direct', 20],
    ['N1', 'K4', 25],
    ['N1', 'K2.direct', 30],
  );
  const last = (sinceMs: number, untilMs: number): number | null =>
    chronicle.lastOpenedMs('N1', 'K2.direct', { sinceMs, untilMs });
  expect(chronicle.openedMs('N1', 'K2.direct', 0)).toBe(10);
  expect(chronicle.openedMs('N1', 'K2.direct', 11)).toBe(20);
  expect(last(0, 29)).toBe(20);
  expect(last(0, 30)).toBe(30);
  expect(last(21, 29)).toBeNull();
  expect(last(0, 9)).toBeNull();
});
