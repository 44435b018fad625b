import { expect, test, vi } from 'vitest';
import { Secret } from '../protocol/secret.ts';
import { HeapClock } from '../simulations/heap-clock.ts';
import { seededRandom } from '../simulations/seeded-random.ts';
import { Outlets } from './outlets.ts';
import { Station } from './station.ts';
import { memoryStore } from './store.ts';

const made = (): Station =>
  new Station({
    clock: new HeapClock(),
    random: seededRandom(1, 'station'),
    store: memoryStore(),
    outlets: new Outlets(() => undefined, memoryStore()),
    epoch: 7,
  });

const KEY = new Secret(new Uint8Array(32).fill(1));
const acknowledging = { name: 'ack', kid: 0, src: 1, clear: { re: 1 }, body: {} } as const;

test('a counter rises for each destination by itself, through all types', () => {
  const station = made();
  const { counter } = station.seal<'ack'>(KEY, 1, { ...acknowledging, dst: 2 });
  const next = station.seal<'J5'>(KEY, 1, { ...acknowledging, name: 'J5', clear: {}, dst: 2 });
  const other = station.seal<'ack'>(KEY, 1, { ...acknowledging, dst: 3 });
  expect([counter, next.counter, other.counter]).toEqual([1, 2, 1]);
});

test('below 2³¹ a counter ends, and says what to do: nothing is sealed under one twice', () => {
  const station = made();
  const nearlySpent = vi.spyOn(Map.prototype, 'get').mockReturnValueOnce(2 ** 31 - 2);
  expect(station.nextCounter(2)).toBe(2 ** 31 - 1);
  nearlySpent.mockRestore();
  for (let at = 0; at < 3; at += 1)
    expect(() => station.seal<'ack'>(KEY, 1, { ...acknowledging, dst: 2 })).toThrow(
      expect.objectContaining({
        code: 'TIES_EPOCH_SPENT',
        message: expect.stringMatching(/restart/),
      }),
    );
  expect(station.nextCounter(3)).toBe(1);
});

test('an answer finds who waits for it, from where it should come, until he has ended', () => {
  const station = made();
  const sealed = station.seal<'ack'>(KEY, 1, { ...acknowledging, dst: 2 });
  station.expect(sealed, 'ktc.requester.3');
  expect(station.expecting(2, sealed.counter)).toBe('ktc.requester.3');
  expect([station.expecting(3, sealed.counter), station.expecting(2, 99)]).toEqual([null, null]);
  station.expectNothing('ktc.requester.4');
  expect(station.expecting(2, sealed.counter)).toBe('ktc.requester.3');
  station.expectNothing('ktc.requester.3');
  expect(station.expecting(2, sealed.counter)).toBeNull();
});
