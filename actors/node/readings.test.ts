import { expect, test } from 'vitest';
import { createActor, createMachine, type EventObject, sendTo } from 'xstate';
import { TiesError } from '../../protocol/errors.ts';
import { settled } from '../../simulations/heap-clock.ts';
import { MAX_RUNS } from '../dispatch.ts';
import type { Lines } from './lines.ts';
import { hostedReadings, READINGS, type ReadingEnded } from './readings.ts';

/** Readings whose way to their peer ends when the test says so. */
const sender = () => {
  const ways: { sent: () => void; fail: (error: Error) => void; signal: AbortSignal }[] = [];
  const lines = {
    to: async (_peer: number, signal: AbortSignal) => ({
      send: () =>
        new Promise<void>((sent, fail) => {
          ways.push({ sent, fail, signal });
        }),
    }),
  } as unknown as Lines;
  const ended: string[] = [];
  const { logic } = hostedReadings(lines);
  const root = createActor(
    createMachine({
      invoke: { id: READINGS, src: logic },
      on: {
        'reading.send': { actions: sendTo(READINGS, ({ event }: { event: EventObject }) => event) },
        'reading.ended': {
          actions: ({ event }: { event: EventObject }) => {
            const { actor, reason } = event as ReadingEnded;
            ended.push(`${actor} ${reason}`);
          },
        },
      },
    }),
  ).start();
  const send = async (peer: number, count = 1): Promise<void> => {
    const payload = Uint8Array.of(1);
    for (let at = 0; at < count; at += 1) root.send({ type: 'reading.send', peer, payload });
    await settled();
  };
  return { ways, ended, root, send };
};

test('readings wait for nothing but their own way, and each says what came of it', async () => {
  const { ways, ended, send } = sender();
  await send(2, 2);
  await send(3);
  ways[1]?.fail(new TiesError('LINK_NO_ACK', 'Look.'));
  await settled();
  ways[2]?.sent();
  await settled();
  expect(ended).toEqual(['reading.2.2 LINK_NO_ACK', 'reading.3.1 null']);
  await send(2);
  ways[3]?.sent();
  ways[0]?.sent();
  await settled();
  expect(ended.slice(2)).toEqual(['reading.2.2 null', 'reading.2.1 null']);
});

test('so many are under way at once; one more is refused', async () => {
  const { ways, ended, send } = sender();
  await send(2, MAX_RUNS + 1);
  expect(ended).toEqual([`reading.2.${MAX_RUNS + 1} too-many-runs`]);
  ways[0]?.sent();
  await settled();
  await send(2);
  expect([ended.length, ways.length]).toEqual([2, MAX_RUNS + 1]);
});

test('who stops withdraws them', async () => {
  const { ways, ended, root, send } = sender();
  await send(2);
  root.stop();
  expect(ways[0]?.signal.aborted).toBe(true);
  ways[0]?.sent();
  await settled();
  expect(ended).toEqual([]);
});
