import { describe, expect, test } from 'vitest';
import { createActor, type EventObject, enqueueActions, fromCallback, setup } from 'xstate';
import { TiesError } from '../protocol/errors.ts';
import { HeapClock } from '../simulations/heap-clock.ts';
import { hands } from './dispatch.ts';
import {
  type ChildDue,
  MAX_RESTARTS,
  restartAfterMs,
  Supervision,
  WINDOW_MS,
  withCrash,
} from './supervision.ts';

describe('the policy', () => {
  test('waits twice as long each time, at most 10 s, and gives up after five restarts', () => {
    const waits = [1, 2, 3, 4, 5, 6].map(restartAfterMs);
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 10_000, null]);
  });

  test('forgets a crash when the window is over', () => {
    expect(withCrash([0, 1], WINDOW_MS - 1)).toEqual([0, 1, WINDOW_MS - 1]);
    expect(withCrash([0, 1], WINDOW_MS)).toEqual([1, WINDOW_MS]);
  });
});

/** A root with one lasting child, `child`, which throws what it is sent, and one that is not. */
const supervised = () => {
  const clock = new HeapClock();
  const log: string[] = [];
  const logic = fromCallback<EventObject & { error: unknown }>(({ receive }) => {
    log.push(`${clock.now()} begins`);
    receive(({ error }) => {
      throw error;
    });
  });
  const supervision = new Supervision(clock, { child: () => ({ logic }) });
  const machine = setup({
    types: {} as { events: EventObject },
    actors: { logic },
    actions: {
      take: enqueueActions((args) => {
        if (!supervision.takes(hands(args), args.event)) log.push('not taken');
      }),
      restart: enqueueActions((args) =>
        supervision.restart(hands(args), args.event as unknown as ChildDue),
      ),
      stopAll: enqueueActions((args) => supervision.stopAll(hands(args))),
    },
  }).createMachine({
    invoke: [
      { id: 'child', src: 'logic' },
      { id: 'other', src: 'logic' },
    ],
    on: {
      'xstate.error.actor.*': { actions: 'take' },
      'child.due': { actions: 'restart' },
      'child.lost': '.failed',
    },
    initial: 'running',
    states: { running: { on: { fail: 'failed' } }, failed: { entry: 'stopAll' } },
  });
  const root = createActor(machine, { clock }).start();
  root.on('*', (news) => log.push(`${clock.now()} ${Object.values(news).join(' ')}`));
  log.length = 0;
  const crash = (error: unknown = new RangeError('x'), id: 'child' | 'other' = 'child'): void =>
    root.getSnapshot().children[id]?.send({ type: 'x', error } as never);
  return { clock, root, log, crash };
};

describe('a child that lives as long as its root', () => {
  test('is begun again after its back-off, with the reason and what to do', async () => {
    const { clock, log, crash } = supervised();
    crash(new TiesError('LINK_LOST', 'Plug it in.'));
    await clock.advance(999);
    expect(log).toEqual([]);
    await clock.advance(1);
    expect(log).toEqual(['1000 begins', '1000 child.restarted child LINK_LOST Plug it in.']);
    crash();
    await clock.advance(2_000);
    expect(log[3]).toMatch(/^3000 child\.restarted child crashed This is a fault in TIES/);
  });

  test('that crashes too often is its root’s failure, and nothing goes on', async () => {
    const { clock, root, log, crash } = supervised();
    for (let crashes = 0; crashes < MAX_RESTARTS; crashes += 1) {
      crash();
      await clock.advance(10_000);
    }
    expect(root.getSnapshot().value).toBe('running');
    crash();
    expect(root.getSnapshot()).toMatchObject({ value: 'failed', children: {} });
    expect(log.filter((line) => line.endsWith('begins'))).toHaveLength(MAX_RESTARTS);
  });

  test('may crash as often as it likes if it takes its time', async () => {
    const { clock, root, crash } = supervised();
    for (let crashes = 0; crashes < 3 * MAX_RESTARTS; crashes += 1) {
      crash();
      await clock.advance(WINDOW_MS / MAX_RESTARTS);
    }
    expect(root.getSnapshot().value).toBe('running');
  });

  test.each(['stop', 'fail'] as const)('is not begun again after its root’s %s', async (end) => {
    const { clock, root, log, crash } = supervised();
    crash();
    if (end === 'stop') root.stop();
    else root.send({ type: 'fail' });
    await clock.advance(WINDOW_MS);
    expect(log).toEqual([]);
  });

  test('is told from one that does not', async () => {
    const { clock, log, crash } = supervised();
    crash(new RangeError('x'), 'other');
    await clock.advance(WINDOW_MS);
    expect(log).toEqual(['not taken']);
  });
});
