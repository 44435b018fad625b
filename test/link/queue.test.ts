import { Observable } from 'rxjs';
import { expect, test } from 'vitest';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Hearing } from '../../drivers/radio/interface.ts';
import { bytes, linkWorld } from './world.ts';

/** A clock that knows which of its timers are still to come. */
const counting = (clock: Clock): { clock: Clock; pending: Set<unknown> } => {
  const pending = new Set<unknown>();
  return {
    pending,
    clock: {
      now: () => clock.now(),
      setTimeout: (callback, delayMs) => {
        const id = clock.setTimeout(() => {
          pending.delete(id);
          callback();
        }, delayMs);
        pending.add(id);
        return id;
      },
      clearTimeout: (id) => {
        pending.delete(id);
        clock.clearTimeout(id);
      },
      work: (latencyMs, start) => clock.work(latencyMs, start),
    },
  };
};

test('what matters more goes first among what waits', async () => {
  const world = linkWorld();
  world.send('a', 'b', bytes(10, 1));
  world.send('a', 'b', bytes(10, 2));
  world.send('a', 'b', bytes(10, 3), 5);
  await world.clock.advance(5000);
  expect(world.inbox('b').map(({ payload }) => payload[0])).toEqual([1, 3, 2]);
});

test('a full queue says so at once, and loses nothing it took', async () => {
  const world = linkWorld();
  const all = Array.from({ length: 34 }, (_, number) => world.send('a', 'b', bytes(10, number)));
  expect(all[33]).toMatchObject({ isOver: true, fault: { code: 'LINK_QUEUE_FULL' } });
  await world.clock.advance(30_000);
  expect(all.slice(0, 33).every(({ delivery }) => delivery !== null)).toBe(true);
  expect(world.inbox('b')).toHaveLength(33);
});

test('a message that is too long is refused before it waits', () => {
  const sent = linkWorld().send('a', 'b', bytes(3953));
  expect(sent).toMatchObject({ isOver: true, fault: { code: 'LINK_MESSAGE_TOO_LONG' } });
});

test('unsubscribing takes a message out of the queue', async () => {
  const world = linkWorld();
  world.send('a', 'b', bytes(10, 1));
  const unwanted = world.send('a', 'b', bytes(10, 2));
  world.send('a', 'b', bytes(10, 3));
  unwanted.cancel();
  await world.clock.advance(5000);
  expect(world.inbox('b').map(({ payload }) => payload[0])).toEqual([1, 3]);
});

test('unsubscribing in the middle of a burst ends it after the frame on the air', async () => {
  const world = linkWorld();
  const unwanted = world.send('a', 'b', bytes(600));
  const next = world.send('a', 'b', bytes(10));
  await world.clock.advance(100);
  unwanted.cancel();
  await world.clock.advance(5000);
  expect(world.transcript.map((line) => line.replace(/^\d+ /, ''))).toEqual([
    'a data 0/2',
    'a data 0/0',
    'b ack 1',
  ]);
  expect(next.delivery).not.toBeNull();
});

/** Counts who subscribes to it. */
const openIn = <T>(ears: { open: number }, source: Observable<T>): Observable<T> =>
  new Observable((subscriber) => {
    ears.open += 1;
    subscriber.add(source.subscribe(subscriber));
    subscriber.add(() => {
      ears.open -= 1;
    });
  });

/** In every state: sensing, sending, awaiting an answer, turning round to give it, backing off. */
test.each([
  ...[0, 1, 100, 700, 1000, 1020, 1035, 1040, 1100, 1500, 3000].map((afterMs) => [0.3, afterMs]),
  ...[988, 1000, 1030].map((afterMs) => [0, afterMs]),
] as [number, number][])(
  'at %d loss, closing after %d ms leaves no timer, sends nothing more and ends what waited',
  async (loss, afterMs) => {
    const ears = { open: 0 };
    const clocks = new Map<string, ReturnType<typeof counting>>();
    const world = linkWorld({
      loss,
      radioFor: (_, radio) => ({
        get modulation() {
          return radio.modulation;
        },
        receptions: openIn(ears, radio.receptions),
        hearing: {
          attend: (attention) => openIn(ears, (radio.hearing as Hearing).attend(attention)),
          since: (ms) => (radio.hearing as Hearing).since(ms),
        },
        troubles: radio.troubles,
        transmit: (frame) => radio.transmit(frame),
        senseActivity: () => radio.senseActivity(),
        tune: (modulation) => radio.tune(modulation),
        close: () => radio.close(),
      }),
      clockFor: (name, clock) => {
        clocks.set(name, counting(clock));
        return (clocks.get(name) as ReturnType<typeof counting>).clock;
      },
    });
    const all = [1, 2].map(() => world.send('a', 'b', bytes(600)));
    expect(ears.open).toBeGreaterThanOrEqual(2);
    await world.clock.advance(afterMs);
    const framesBefore = world.transcript.length;
    for (const name of ['a', 'b']) world.link(name).close();
    expect([...clocks.values()].map(({ pending }) => pending.size)).toEqual([0, 0]);
    expect(ears.open).toBe(0);
    expect(all.every(({ isOver }) => isOver)).toBe(true);
    await world.clock.advance(10_000);
    expect(world.transcript.length - framesBefore).toBeLessThanOrEqual(1);
    const late = world.send('a', 'b', bytes(10));
    expect(late).toMatchObject({ isOver: true, delivery: null, fault: null });
  },
);

test.each(Array.from({ length: 25 }, (_, count) => 30 * count))(
  'withdrawn after %i ms, a message ends with the frame on the air, and the next one goes',
  async (afterMs) => {
    const world = linkWorld();
    world.link('b').close();
    const unwanted = world.send('a', 'b', bytes(500, 1));
    await world.clock.advance(afterMs);
    unwanted.cancel();
    const framesBefore = world.transcript.length;
    const next = world.send('a', 0xffff, bytes(10, 2));
    await world.clock.advance(2000);
    expect([unwanted.delivery, unwanted.fault]).toEqual([null, null]);
    expect(next.delivery).not.toBeNull();
    const later = world.transcript
      .slice(framesBefore)
      .filter((line) => /a (data .\/2|ask)/.test(line));
    expect(later.length).toBeLessThanOrEqual(1);
  },
);
