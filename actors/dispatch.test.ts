import { describe, expect, test } from 'vitest';
import {
  type AnyActorLogic,
  type AnyActorRef,
  createActor,
  type EventObject,
  enqueueActions,
  fromCallback,
  fromPromise,
  setup,
} from 'xstate';
import { sha256 } from '../protocol/bytes.ts';
import { TiesError } from '../protocol/errors.ts';
import { HeapClock, settled } from '../simulations/heap-clock.ts';
import { Answers } from './answers.ts';
import { beginAnother, dispatch, hands, MAX_RUNS, takeEnded, tell } from './dispatch.ts';
import type { Opened } from './router.ts';
import type { Route } from './routes.ts';

const opened = (number = 1): Opened =>
  ({
    type: 'message.opened',
    name: 'K1',
    event: { type: 'translation.requested', from: 2, clear: {}, body: { number } },
    request: { from: 2, name: 'K1', counter: number, digest: sha256(Uint8Array.of(number)) },
    heard: null,
    note: null,
  }) as never;

/** A root whose only route is the one given; runs note what they hear. */
const rooted = (route: (opened: Opened) => Route | string | null) => {
  const answers = new Answers(new HeapClock());
  const log: string[] = [];
  const hosted = {
    routes: { K1: route },
    routing: { openers: {}, answers, resend: () => undefined },
  };
  const machine = setup({
    types: {} as { events: EventObject },
    actions: {
      dispatch: enqueueActions((args) => dispatch(hands(args), args.event as Opened, hosted)),
      takeEnded: enqueueActions((args) => void takeEnded(hands(args), args.event)),
      tell: enqueueActions((args) => tell(hands(args), 'run', { type: 'told' })),
    },
  }).createMachine({
    on: {
      'message.opened': { actions: 'dispatch' },
      'tell.run': { actions: 'tell' },
      'xstate.done.actor.*': { actions: 'takeEnded' },
      'xstate.error.actor.*': { actions: 'takeEnded' },
    },
  });
  const root = createActor(machine).start();
  root.on('*', (news) => {
    const { type, reason, actor } = news as { type: string; reason?: string; actor?: string };
    log.push([type, actor, reason].filter((part) => part !== undefined).join(' '));
  });
  const run = (name: string): AnyActorLogic =>
    fromCallback(({ receive }) => {
      log.push(`${name} begins`);
      receive(({ type }) => void log.push(`${name} hears ${type}`));
      return () => void log.push(`${name} stops`);
    });
  const hear = (message: Opened = opened()): string[] => {
    answers.begin(message.request);
    const before = log.length;
    root.send(message as never);
    return log.slice(before);
  };
  return { root, answers, log, run, hear };
};

describe('an authentic message', () => {
  test('begins a run, and goes to it while it runs', () => {
    const { hear, run } = rooted((): Route => ({ to: 'run', begin: () => ({ logic: run('a') }) }));
    expect(hear()).toEqual(['a begins']);
    expect(hear()).toEqual(['a hears translation.requested']);
  });

  test('that replaces ends the run before it, and only then makes the next', () => {
    let made = 0;
    const { hear, run } = rooted(
      (): Route => ({
        to: 'run',
        begin: () => {
          made += 1;
          return { logic: run(`run ${made}`) };
        },
        replaces: true,
      }),
    );
    expect(hear()).toEqual(['run 1 begins']);
    expect(hear()).toEqual(['run 1 stops', 'run 2 begins']);
    expect(made).toBe(2);
  });

  test('replaces no run that may not be cancelled where it is', () => {
    const writing = setup({ types: {} as { events: EventObject } }).createMachine({
      initial: 'waiting',
      on: { cancel: '.cancelled' },
      states: {
        waiting: { on: { write: 'writing' } },
        writing: { on: { cancel: {} } },
        cancelled: { type: 'final' },
      },
    });
    const { hear, root, answers } = rooted(
      (): Route => ({ to: 'run', begin: () => ({ logic: writing }), replaces: true }),
    );
    const running = (): AnyActorRef =>
      (root.getSnapshot().children as Record<string, AnyActorRef>).run as AnyActorRef;
    hear();
    const first = running();
    hear();
    const second = running();
    expect(second).not.toBe(first);
    second.send({ type: 'write' });
    expect(hear()).toEqual(['message.dead finishing']);
    expect(running()).toBe(second);
    expect(answers.repeat(2, 'K1', Uint8Array.of(1))).toBeNull();
  });

  test('makes no run that it does not begin', () => {
    let made = 0;
    const { hear, run } = rooted(
      (): Route => ({
        to: 'run',
        begin: () => {
          made += 1;
          return { logic: run('a') };
        },
      }),
    );
    hear();
    hear();
    expect(made).toBe(1);
  });

  const deadLetters: [string, Route | string, string][] = [
    ['nobody waits for', { to: 'run' }, 'nobody-waits'],
    ['its route objects to', 'stale', 'stale'],
  ];
  test.each(deadLetters)('that %s is a dead letter, and its repeat is new', (_, route, reason) => {
    const { hear, answers } = rooted(() => route);
    expect(hear()).toEqual([`message.dead ${reason}`]);
    expect(answers.repeat(2, 'K1', Uint8Array.of(1))).toBeNull();
  });

  test('that nobody needs says nothing', () => {
    const { hear } = rooted(() => null);
    expect(hear()).toEqual([]);
  });

  test('tells another run as well, if it is under way', () => {
    let to = 'run';
    const begin = () => ({ logic: run(to) });
    const { hear, run } = rooted(() => ({ to, begin, tells: 'run' }));
    hear();
    to = 'other';
    expect(hear()).toEqual(['run hears translation.requested', 'other begins']);
  });

  test('beyond the most runs at once is refused by name, and what runs still hears', () => {
    const { hear, run } = rooted(({ event }): Route => {
      const to = String((event.body as { number: number }).number);
      return { to, begin: () => ({ logic: run(to) }) };
    });
    for (let number = 0; number < MAX_RUNS; number += 1) hear(opened(number));
    expect(hear(opened(MAX_RUNS))).toEqual(['message.dead too-many-runs']);
    expect(hear(opened(7))).toEqual(['7 hears translation.requested']);
  });
});

describe('a run that ends', () => {
  test.each([
    [
      'well',
      { type: 'xstate.done.actor.run', actorId: 'run', output: { reason: null } },
      'run.ended run',
    ],
    [
      'badly',
      { type: 'xstate.done.actor.run', actorId: 'run', output: { reason: 'busy' } },
      'run.ended run busy',
    ],
    [
      'in an error of ours',
      { type: 'xstate.error.actor.run', actorId: 'run', error: new TiesError('TPM_REFUSED', '') },
      'run.ended run TPM_REFUSED',
    ],
    [
      'in any other',
      { type: 'xstate.error.actor.run', actorId: 'run', error: new RangeError('x') },
      'run.ended run crashed',
    ],
  ])('%s is told by name and let go', (_, event, news) => {
    const { hear, run, root, log } = rooted(() => ({
      to: 'run',
      begin: () => ({ logic: run('a') }),
    }));
    hear();
    root.send(event);
    expect(log.slice(1).map((entry) => entry.trim())).toEqual(['a stops', news].toSorted());
    expect(root.getSnapshot().children).toEqual({});
  });

  test('by throwing leaves nothing behind of what it had begun', () => {
    let signal: AbortSignal | undefined;
    const logic = setup({
      types: {} as { events: EventObject },
      actors: {
        transmit: fromPromise((begun) => {
          signal = begun.signal;
          return new Promise(() => undefined);
        }),
      },
      actions: {
        break: () => {
          throw new RangeError('x');
        },
      },
    }).createMachine({
      invoke: { src: 'transmit' },
      on: { 'translation.requested': { actions: 'break' } },
    });
    const { hear, root } = rooted(() => ({ to: 'run', begin: () => ({ logic }) }));
    hear();
    expect(signal?.aborted).toBe(false);
    expect(hear()).toEqual([expect.stringMatching(/^run\.ended run crashed/)]);
    expect([signal?.aborted, root.getSnapshot().children]).toEqual([true, {}]);
  });

  test('is told nothing any more', () => {
    const { root, log } = rooted(() => null);
    root.send({ type: 'tell.run' });
    expect([log, root.getSnapshot().status]).toEqual([[], 'active']);
  });
});

test('of runs of a kind each has a name of its own while it runs, and that is free again after it', async () => {
  const ends: (() => void)[] = [];
  const logic = fromPromise(() => new Promise<void>((resolve) => ends.push(resolve)));
  const machine = setup({
    actions: {
      begin: enqueueActions((args) => beginAnother(hands(args), 'admission', () => ({ logic }))),
      takeEnded: enqueueActions((args) => void takeEnded(hands(args), args.event)),
    },
  }).createMachine({
    on: { begin: { actions: 'begin' }, 'xstate.done.actor.*': { actions: 'takeEnded' } },
  });
  const root = createActor(machine).start();
  const running = (): string => Object.keys(root.getSnapshot().children).toSorted().join(' ');
  for (let count = 0; count < 3; count += 1) root.send({ type: 'begin' });
  expect(running()).toBe('admission.1 admission.2 admission.3');
  ends[1]?.();
  await settled();
  expect(running()).toBe('admission.1 admission.3');
  root.send({ type: 'begin' });
  expect([running(), ends.length]).toEqual(['admission.1 admission.2 admission.3', 4]);
});
