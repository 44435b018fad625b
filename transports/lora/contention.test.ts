import { expect, test } from 'vitest';
import { seededRandom, unitInterval } from '../../simulations/seeded-random.ts';
import { afterIdleSlots, type Contention, crowded, opposed, uncontended } from './contention.ts';

/** Stations that always have something to send, slot by slot, and how many slots lay idle. */
const contend = (windows: readonly Contention[], transmissions: number) => {
  const random = seededRandom(1, 'contention');
  const draw = ({ windowSlots }: Contention) =>
    Math.floor(unitInterval(random) * Math.ceil(windowSlots));
  const stations = windows.map((contention) => ({ contention, left: draw(contention), sent: 0 }));
  let idle = 0;
  let collisions = 0;
  let idleNow = 0;
  for (let count = 0; count < transmissions; ) {
    const senders = stations.filter(({ left }) => left === 0);
    if (senders.length === 0) {
      idle += 1;
      idleNow += 1;
      for (const station of stations) station.left -= 1;
      continue;
    }
    count += 1;
    if (senders.length > 1) collisions += 1;
    for (const station of stations) {
      station.contention = afterIdleSlots(station.contention, idleNow);
    }
    for (const sender of senders) {
      if (senders.length === 1) sender.sent += 1;
      sender.left = draw(sender.contention);
    }
    idleNow = 0;
  }
  return { stations, meanIdle: idle / transmissions, collisions: collisions / transmissions };
};

test.each([2, 5, 10, 30])('%d stations leave about as much idle as serves best', (count) => {
  const { meanIdle, collisions } = contend(new Array(count).fill(opposed(uncontended)), 1500);
  expect(meanIdle).toBeGreaterThan(2.5);
  expect(meanIdle).toBeLessThan(6.5);
  expect(collisions).toBeLessThan(0.2);
});

test('windows that differ become equal, and with them the shares', () => {
  const first = opposed(uncontended);
  const { stations } = contend([first, { ...first, windowSlots: 400 }, first], 2000);
  const windows = stations.map(({ contention }) => contention.windowSlots);
  expect(Math.max(...windows) / Math.min(...windows)).toBeLessThan(1.3);
});

const after = (contention: Contention, ...idleSlots: readonly number[]): Contention =>
  idleSlots.reduce(afterIdleSlots, contention);
const times = (count: number, idleSlots: number): number[] => new Array(count).fill(idleSlots);

test('the window has bounds', () => {
  const widest = after(opposed(uncontended), ...times(200, 0));
  expect(widest.windowSlots).toBe(512);
  expect(after(widest, ...times(5000, 11)).windowSlots).toBe(4);
});

test('a channel of its own stays one', () => {
  expect(after(uncontended, 0, 0, 0)).toEqual(uncontended);
});

test('where many waited it takes four long pauses in a row to have it for oneself again', () => {
  const busy = after(opposed(uncontended), ...times(30, 0));
  expect(after(busy, 99, 500, 99).windowSlots).toBeGreaterThan(8);
  expect(after(busy, 99, 99, 99, 0, 99, 99, 99).windowSlots).toBeGreaterThan(8);
  expect(after(busy, 99, 500, 99, 99)).toEqual(uncontended);
});

test('pauses shorter than the window say nothing there, for others may have collided in them', () => {
  const busy = after(opposed(uncontended), ...times(30, 0));
  expect(after(busy, ...times(50, 40)).windowSlots).toBe(busy.windowSlots);
});

test('a crowd that nobody hears doubles the window, up to its bound', () => {
  const first = opposed(uncontended);
  expect(crowded(first).windowSlots).toBe(2 * first.windowSlots);
  expect([...times(20, 0)].reduce(crowded, first).windowSlots).toBe(512);
});

test('where hardly anybody waited it takes one', () => {
  expect(after(opposed(uncontended), 2, 12)).toEqual(uncontended);
  expect(after(opposed(uncontended), 2, 11).windowSlots).toBeGreaterThanOrEqual(4);
});
