import { expect, test } from 'vitest';
import type { PaceSeen } from '../transports/inspect/interface.ts';
import { HeapClock } from './heap-clock.ts';
import { Pace } from './pace.ts';

/** A world with an entry every 100 ms, beside a wall clock that is virtual too. */
const paced = (speed: number) => {
  const wall = new HeapClock();
  const told: PaceSeen[] = [];
  const pace = new Pace(wall, speed, (seen) => void told.push(seen));
  const world = new HeapClock(pace.until);
  const fired: string[] = [];
  for (let atMs = 100; atMs <= 1_000; atMs += 100)
    world.setTimeout(() => {
      fired.push(`${Math.round(wall.now())}`);
      if (atMs % 300 === 0) pace.noticed(atMs);
    }, atMs);
  void world.runUntil(() => false);
  /** The world takes its turns between those of the wall. */
  const pass = async (wallMs: number): Promise<void> => {
    for (let passedMs = 0; passedMs < wallMs; passedMs += 5) {
      await wall.advance(5);
      for (let turn = 0; turn < 8; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { pass, world, pace, told, fired };
};

test('so many virtual seconds go by in one', async () => {
  const { pass, fired } = paced(2);
  await pass(600);
  expect(fired).toEqual(['50', '100', '150', '200', '250', '300', '350', '400', '450', '500']);
});

test('another speed holds from then on', async () => {
  const { pass, pace, told, fired } = paced(1);
  await pass(250);
  pace.ask({ type: '@ties.pace', speed: 10 });
  await pass(600);
  expect(fired.slice(0, 5)).toEqual(['100', '200', '255', '265', '275']);
  expect(told).toEqual([{ type: '@ties.pace', speed: 10, isPaused: false }]);
});

test('it stands while paused, and a step goes on until something is to be seen', async () => {
  const { pass, world, pace, told, fired } = paced(1);
  await pass(250);
  pace.ask({ type: '@ties.pause' });
  await pass(60);
  expect([fired.length, world.now()]).toEqual([2, 200]);
  pace.ask({ type: '@ties.step' });
  await pass(60);
  expect([fired.length, world.now()]).toEqual([3, 300]);
  pace.ask({ type: '@ties.step' });
  await pass(60);
  expect([fired.length, world.now()]).toEqual([6, 600]);
  pace.ask({ type: '@ties.resume' });
  await pass(420);
  expect(fired).toHaveLength(10);
  expect(told.map(({ isPaused }) => isPaused)).toEqual([true, true, true, false]);
});
