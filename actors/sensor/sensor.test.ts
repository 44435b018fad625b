import { expect, test } from 'vitest';
import { createActor, setup } from 'xstate';
import type { Sensor } from '../../drivers/sensor/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { memoryStore, type Store } from '../store.ts';
import { restoredQueue, SAVE_MS } from './kept.ts';
import type { Line } from './line.ts';
import type { SensorNews } from './news.ts';
import { MAX_KEPT } from './queue.ts';
import { sensorMachine } from './sensor.ts';

const away = (): Promise<Line> =>
  Promise.reject(new TiesError('LINK_NO_ACK', 'See that it is on.'));

/** A sensor every 10 s, and all that it tells its root. */
const world = (options: { store?: Store; open?: () => Promise<Line> } = {}) => {
  const clock = new HeapClock();
  const store = options.store ?? memoryStore();
  const queue = restoredQueue(store, ['center']);
  const told: SensorNews[] = [];
  const sensor: Sensor = {
    read: async () => ({ temperatureC: 20, humidityPercent: 50, pressurePa: 100_000 }),
    close: async () => {},
  };
  let number = 0;
  const logic = sensorMachine({
    ...{ sensor, clock, store, queue, intervalMs: 10_000, random: seededRandom(1, 'sensor') },
    open: options.open ?? away,
    stamped: (measured) => {
      number += 1;
      return { ...measured, epoch: 1, number, uptimeS: clock.now() / 1000 };
    },
  });
  const root = setup({ actors: { sensor: logic } }).createMachine({
    invoke: { src: 'sensor' },
    on: { '*': { actions: ({ event }) => told.push(event as SensorNews) } },
  });
  const actor = createActor(root, { clock });
  actor.start();
  const of = (type: SensorNews['type']) => told.filter((news) => news.type === type);
  return { actor, clock, store, queue, of };
};

test('readings that nobody takes are dropped from the oldest on, and that is told, not each', async () => {
  const { clock, queue, of } = world();
  await clock.advance((MAX_KEPT + 200) * 10_000);
  expect(queue.waiting('center')).toBe(MAX_KEPT);
  const lost = of('sensor.measured').length - MAX_KEPT;
  expect(queue.dropped('center')).toBe(lost);
  const told = of('readings.dropped');
  expect(told[0]).toMatchObject({ peer: 'center', dropped: 1 });
  expect(told.length).toBeGreaterThan(1);
  expect(told.length).toBeLessThan(lost / 30);
});

test('what waits is in the store when the device is switched off, and is gone when it got through', async () => {
  const { actor, clock, store, queue, of } = world();
  await clock.advance(300_000);
  expect(store.entries('reading/')).toEqual([]);
  actor.stop();
  const count = of('sensor.measured').length;
  expect(restoredQueue(store, ['center']).unsent).toEqual(queue.unsent);
  const sent: Uint8Array[] = [];
  const line: Line = { epoch: 1, send: async (payload) => void sent.push(payload) };
  const later = world({ store, open: async () => line });
  await later.clock.advance(SAVE_MS + 300_000);
  expect(sent.length).toBe(count + later.of('sensor.measured').length);
  expect(store.entries('reading/')).toEqual([]);
  later.actor.stop();
});

test('while a store is full readings go on, and are written down when there is room again', async () => {
  let isFull = true;
  const kept = memoryStore();
  const store: Store = {
    ...kept,
    write: (changes) =>
      isFull ? Promise.reject(new TiesError('STORE_FULL', 'Make room.')) : kept.write(changes),
  };
  const { actor, clock, of } = world({ store });
  await clock.advance(SAVE_MS + 60_000);
  isFull = false;
  await clock.advance(SAVE_MS);
  expect(of('sensor.measured').length).toBeGreaterThan(110);
  expect(kept.entries('reading/').length).toBeGreaterThan(110);
  actor.stop();
});

test('a peer that is away is tried ever more seldom, and at once when something has changed', async () => {
  const tries: number[] = [];
  const { actor, clock } = world({
    open: () => {
      tries.push(clock.now());
      return away();
    },
  });
  await clock.advance(3_600_000);
  const gaps = tries.slice(1).map((atMs, at) => atMs - (tries[at] as number));
  expect(gaps[0]).toBeGreaterThan(8_000);
  expect(gaps.slice(6).every((gapMs) => gapMs > 260_000 && gapMs < 340_000)).toBe(true);
  const sensor = Object.values(actor.getSnapshot().children)[0];
  sensor?.send({ type: 'peer.available' });
  await clock.advance(10);
  expect(clock.now() - (tries.at(-1) as number)).toBeLessThan(20);
  actor.stop();
});
