import { expect, test } from 'vitest';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { BROADCAST } from './interface.ts';
import { Absences } from './rate-absence.ts';

const rig = () => {
  const clock = new HeapClock();
  return { clock, absences: new Absences(clock) };
};

test('who never left is there, and who left when it is back', async () => {
  const { clock, absences } = rig();
  absences.note(2, 40);
  absences.note(2, 30);
  expect([absences.awayMs(1), absences.awayMs(2)]).toEqual([0, 40]);
  await clock.advance(15);
  expect(absences.awayMs(2)).toBe(25);
  await clock.advance(50);
  expect(absences.awayMs(2)).toBe(0);
});

test('everybody is there when the last one is', () => {
  const { absences } = rig();
  absences.note(1, 20);
  absences.note(2, 40);
  expect(absences.awayMs(BROADCAST)).toBe(40);
});

test('of 33 the first to be back is dropped', () => {
  const { absences } = rig();
  for (let address = 1; address <= 33; address += 1) absences.note(address, 100 - address);
  expect([absences.awayMs(33), absences.awayMs(32)]).toEqual([0, 68]);
});
