import { describe, expect, test, vi } from 'vitest';
import { createActor, fromCallback } from 'xstate';
import { TiesError } from '../protocol/errors.ts';
import { Secret } from '../protocol/secret.ts';
import { HeapClock } from '../simulations/heap-clock.ts';
import { seededRandom } from '../simulations/seeded-random.ts';
import { SimulatedDisk } from '../simulations/simulated-disk.ts';
import type { OutgoingMessage } from '../transports/lora/interface.ts';
import { Outlets } from './outlets.ts';
import type { RadioCommand } from './radio.ts';
import { Station } from './station.ts';
import { DurableStore } from './store/durable-store.ts';
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

describe('what is said', () => {
  const COMMIT_MS = 10;
  const request = { from: 2, name: 'R1', counter: 1, digest: new Uint8Array(32) } as const;

  /** A station on a disk that is slow, or full. */
  const onDisk = (disk: Pick<SimulatedDisk, 'commit'> = new SimulatedDisk()) => {
    const clock = new HeapClock();
    const store = new DurableStore({
      disk: { ...disk, commit: (changes) => disk.commit(changes), close: async () => undefined },
      contents: new Map(),
      schedule: (commit) => void clock.work(COMMIT_MS, commit),
    });
    const sent: OutgoingMessage[] = [];
    const radio = createActor(
      fromCallback<RadioCommand>(({ receive }) =>
        receive((command) => {
          if (command.type === 'radio.send') sent.push(command.message);
        }),
      ),
    ).start();
    const outlets = new Outlets(() => radio, store);
    const random = seededRandom(1, 'station');
    const station = new Station({ clock, random, store, outlets, epoch: 7 });
    const sealed = station.seal<'ack'>(KEY, 1, { ...acknowledging, dst: 2 });
    return { clock, store, sent, station, sealed };
  };

  test('waits until all that was written before is durable, whoever says it', async () => {
    const { clock, store, sent, station, sealed } = onDisk();
    void store.write({ roster: 1 });
    void station.transmit(sealed);
    void station.outlets.send({ ...sealed.message, dst: 3 });
    await clock.advance(COMMIT_MS - 1);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent.map(({ dst }) => dst)).toEqual([3, 2]);
  });

  test('does not wait where nothing was written', async () => {
    const { clock, sent, station, sealed } = onDisk();
    void station.transmit(sealed);
    await clock.advance(0);
    expect(sent).toHaveLength(1);
  });

  test('goes before what begins something new where it answers, or its sender says so', async () => {
    const { clock, sent, station, sealed } = onDisk();
    station.answers.begin(request);
    await Promise.race([
      Promise.all([
        station.transmit(sealed, { answering: request }),
        station.transmit(sealed, { isUrgent: true }),
        station.transmit(sealed),
      ]),
      clock.advance(0),
    ]);
    expect(sent.map(({ priority = 0 }) => priority)).toEqual([1, 1, 0]);
  });

  test('is not said where that could not be written, and answers nothing', async () => {
    const full = new TiesError('STORE_FULL', 'Make room.');
    const { clock, store, sent, station, sealed } = onDisk({ commit: () => Promise.reject(full) });
    station.answers.begin(request);
    const written = store.write({ roster: 1 });
    const transmitted = station.transmit(sealed, { answering: request });
    const outcomes = Promise.allSettled([written, transmitted]);
    await clock.advance(COMMIT_MS);
    expect(await outcomes).toMatchObject([{ reason: full }, { reason: full }]);
    expect(sent).toEqual([]);
    station.answers.answer(request, sealed.message);
    expect(station.answers.repeat(2, 'R1', new Uint8Array(0))).toBeNull();
  });
});
