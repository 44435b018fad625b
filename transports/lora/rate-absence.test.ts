import { defer, map, Observable, of } from 'rxjs';
import { expect, test } from 'vitest';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { clockScheduler } from '../clock-scheduler.ts';
import { BROADCAST } from './interface.ts';
import { Absences } from './rate-absence.ts';

const rig = () => {
  const clock = new HeapClock();
  const absences = new Absences(clockScheduler(clock));
  const cleared = async (address: number): Promise<number> => {
    let atMs = Number.NaN;
    absences.whenBack(address, of(undefined)).subscribe(() => {
      atMs = clock.now();
    });
    await clock.runUntil(() => !Number.isNaN(atMs), 1000);
    return atMs;
  };
  return { clock, absences, cleared };
};

test('who never left is there, and who left when it is back', async () => {
  const { absences, cleared } = rig();
  absences.note(2, 40);
  absences.note(2, 30);
  expect(await cleared(1)).toBe(0);
  expect(await cleared(2)).toBe(40);
  expect(await cleared(2)).toBe(40);
});

test('everybody is there when the last one is', async () => {
  const { absences, cleared } = rig();
  absences.note(1, 20);
  absences.note(2, 40);
  expect(await cleared(BROADCAST)).toBe(40);
});

test('one that leaves while the channel is sensed is waited for too', async () => {
  const { clock, absences } = rig();
  let sensed = 0;
  let atMs = Number.NaN;
  absences
    .whenBack(
      2,
      new Observable((subscriber) => {
        sensed += 1;
        if (sensed === 1) absences.note(2, 50);
        return of(undefined).subscribe(subscriber);
      }),
    )
    .subscribe(() => {
      atMs = clock.now();
    });
  await clock.advance(100);
  expect([sensed, atMs]).toEqual([2, 50]);
});

test('of 33 the first to be back is dropped', async () => {
  const { absences, cleared } = rig();
  for (let address = 1; address <= 33; address += 1) absences.note(address, 100 - address);
  expect(await cleared(33)).toBe(0);
  expect(await cleared(32)).toBe(68);
});

test('whoever announces without end is waited for once', async () => {
  const { clock, absences, cleared } = rig();
  absences.note(2, 40);
  clock.setTimeout(() => absences.note(2, 80), 20);
  expect(await cleared(2)).toBe(40);
});

test('the channel is not sensed before', async () => {
  const { clock, absences } = rig();
  const sensedMs: number[] = [];
  absences.note(2, 40);
  const clear = defer(() => of(sensedMs.push(clock.now()))).pipe(map(() => undefined));
  absences.whenBack(2, clear).subscribe();
  await clock.advance(100);
  expect(sensedMs).toEqual([40]);
});
