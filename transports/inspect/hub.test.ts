import { expect, test } from 'vitest';
import { assign, createActor, createMachine, fromPromise, not, setup } from 'xstate';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { Hub } from './hub.ts';
import type { ActorSeen, InspectEvent, SnapshotSeen } from './interface.ts';
import type { Reader } from './reader.ts';

const lamp = setup({
  types: {} as { context: { times: number }; events: { type: 'press'; by?: Uint8Array } },
  guards: { isBroken: () => false },
  delays: { patience: 1_000 },
  actors: { glow: fromPromise(async () => new Uint8Array(16)) },
}).createMachine({
  id: 'lamp',
  context: { times: 0 },
  initial: 'dark',
  states: {
    dark: {
      on: { press: { guard: not('isBroken'), target: 'lit', actions: assign({ times: 1 }) } },
    },
    lit: { invoke: { src: 'glow' }, after: { patience: 'out' } },
    out: { type: 'final' },
  },
});

const watched = (detail: 'watched' | 'always' = 'watched', limits = {}) => {
  const clock = new HeapClock();
  const hub = new Hub({ title: 'a lamp', clock, epochMs: 1_000, detail, ...limits });
  const start = () => {
    const feed = hub.feed('N1');
    const actor = createActor(lamp, {
      clock,
      id: 'N1',
      inspect: (seen) => feed.inspect(seen, clock.now()),
    });
    return actor.start();
  };
  return { clock, hub, start };
};

const all = (reader: Reader): InspectEvent[] => {
  const events: InspectEvent[] = [];
  for (let texts = reader.read(2_000); texts.length > 0; texts = reader.read(2_000))
    events.push(...texts.map((text) => JSON.parse(text) as InspectEvent));
  return events;
};

const ofType = <T extends InspectEvent['type']>(events: readonly InspectEvent[], type: T) =>
  events.filter((event) => event.type === type) as Extract<InspectEvent, { type: T }>[];

const states = (events: readonly InspectEvent[]): unknown[] =>
  ofType(events, '@xstate.snapshot').flatMap(({ snapshot }) => snapshot.value ?? []);

test('who watches sees charts, events and states, with delays and without bytes', async () => {
  const { clock, hub, start } = watched();
  const reader = hub.watch();
  start().send({ type: 'press', by: new Uint8Array(32) });
  await clock.advance(1_500);
  const events = all(reader);
  expect(events[0]).toEqual({ type: '@ties.hello', title: 'a lamp', epochMs: 1_000, nowMs: 1_500 });
  const [actor, glow] = ofType(events, '@xstate.actor') as [ActorSeen, ActorSeen];
  expect(actor).toMatchObject({ name: 'N1', device: 'N1', createdAt: '1000' });
  const { id, states: charted } = JSON.parse(actor.definition as string);
  expect([id, charted.dark.on.press.guard]).toEqual(['lamp', { type: 'not isBroken' }]);
  expect(glow).toMatchObject({ parentId: actor.sessionId });
  expect(glow.definition).toBeUndefined();
  expect(
    ofType(events, '@xstate.event').find(({ event }) => event.type === 'press')?.event,
  ).toEqual({ type: 'press', by: '‹32 B›' });
  expect(states(events)).toEqual(['dark', 'lit', 'lit', 'out']);
  const lit = ofType(events, '@xstate.snapshot').find(({ snapshot }) => snapshot.value === 'lit');
  expect(lit).toMatchObject({
    event: { type: 'press' },
    timers: [{ name: 'patience', dueMs: 1_000 }],
  });
  expect(lit?.snapshot.context).toEqual({ times: 1 });
});

test('while nobody watches only types and states are kept, and who comes sees the present whole', () => {
  const { hub, start } = watched();
  const actor = start();
  actor.send({ type: 'press', by: new Uint8Array(32) });
  const events = all(hub.watch());
  const press = ofType(events, '@xstate.event').find(({ event }) => event.type === 'press');
  expect(press?.event).toEqual({ type: 'press' });
  const seen = ofType(events, '@xstate.snapshot');
  expect(seen.flatMap(({ snapshot }) => snapshot.context ?? [])).toEqual([{ times: 1 }]);
  expect(seen.at(-1)).toMatchObject({ snapshot: { value: 'lit' }, timers: [{ name: 'patience' }] });
});

test('what a message said and what the TPM was asked is kept while nobody watches', () => {
  const clock = new HeapClock();
  const hub = new Hub({ title: '', clock, epochMs: 0, detail: 'watched' });
  const feed = hub.feed('N1');
  const queue = createMachine({ id: 'tpm', context: { running: { id: 1, name: 'derive' } } });
  const inspect = (seen: Parameters<typeof feed.inspect>[0]) => feed.inspect(seen, 0);
  const actor = createActor(queue, { inspect, id: 'tpm' }).start();
  const said = { name: 'K1', event: { clear: { re: 7 }, body: { wrap: new Uint8Array(205) } } };
  actor.send({ type: 'message.opened', ...said } as never);
  const events = all(hub.watch());
  const opened = ofType(events, '@xstate.event').find((it) => it.event.type === 'message.opened');
  expect(opened?.event).toMatchObject({ event: { clear: { re: 7 }, body: { wrap: '‹205 B›' } } });
  expect(ofType(events, '@xstate.snapshot')[0]?.snapshot.context).toEqual({
    running: { id: 1, name: 'derive' },
  });
});

test('what holds since before the past that is kept is told to who comes late', () => {
  const { hub } = watched('watched', { maxEvents: 50 });
  const feed = hub.feed('N1');
  feed.news({ type: 'node.joined', address: 2 } as never, 1);
  feed.news({ type: 'session.confirmed', peer: 3 } as never, 2);
  feed.news({ type: 'session.confirmed', peer: 4 } as never, 3);
  const duty = { type: '@ties.duty', device: 'N1', limit: 0.1, leftMs: 5 } as const;
  for (let at = 0; at < 60; at += 1) hub.tell({ ...duty, atMs: at, usedMs: at });
  const events = all(hub.watch());
  expect(ofType(events, '@ties.news').map(({ news }) => [news.type, news.peer])).toEqual([
    ['node.joined', undefined],
    ['session.confirmed', 3],
    ['session.confirmed', 4],
  ]);
  // The last one is among those that are kept anyway.
  expect(ofType(events, '@ties.duty')).toHaveLength(50);
});

test('of what holds no more is kept than four thousand', () => {
  const { hub } = watched('watched', { maxEvents: 50 });
  for (let peer = 0; peer < 4_100; peer += 1)
    hub.feed('N1').news({ type: 'session.confirmed', peer } as never, peer);
  hub.feed('N1').news({ type: 'session.confirmed', peer: 3 } as never, 5_000);
  for (let at = 0; at < 60; at += 1) hub.feed('N1').news({ type: 'other' } as never, at);
  const held = ofType(all(hub.watch()), '@ties.news').filter(({ news }) => news.type !== 'other');
  expect(held).toHaveLength(4_000);
  expect(held.find(({ news }) => news.peer === 3)?.atMs).toBe(5_000);
});

test('who comes after the past is gone sees every actor that lives, with its chart', () => {
  const { hub, start } = watched('always', { maxEvents: 50 });
  const actor = start();
  for (let at = 0; at < 10_000; at += 1) actor.send({ type: 'press' });
  const events = all(hub.watch());
  const [seen] = ofType(events, '@xstate.actor');
  expect(seen?.definition).toContain('patience');
  expect(states(events).at(-1)).toBe('lit');
  expect(ofType(events, '@ties.gap')).toEqual([]);
  expect(events.length).toBeLessThan(70);
});

test('who reads too slowly is told how much is missing, and how all are doing after it', () => {
  const { hub, start } = watched('always', { maxEvents: 50 });
  const actor = start();
  const reader = hub.watch();
  all(reader);
  for (let at = 0; at < 500; at += 1) actor.send({ type: 'press' });
  const events = all(reader);
  const [gap] = ofType(events, '@ties.gap');
  expect(gap?.lost).toBeGreaterThan(900);
  expect((events.at(-1) as SnapshotSeen).snapshot).toMatchObject({ value: 'lit' });
});

test('a reader is woken once for what comes, and not after it has gone', () => {
  const { hub, start } = watched();
  const actor = start();
  const reader = hub.watch();
  all(reader);
  let woken = 0;
  const wake = () => {
    woken += 1;
  };
  reader.whenMore(wake);
  actor.send({ type: 'press' });
  expect(woken).toBe(1);
  all(reader);
  reader.whenMore(wake);
  reader.close();
  actor.send({ type: 'press' });
  expect([woken, hub.viewers]).toEqual([1, 0]);
});

test('a device that starts again is another root', () => {
  const { hub, start } = watched();
  start().stop();
  start();
  const actors = ofType(all(hub.watch()), '@xstate.actor');
  expect(actors).toHaveLength(2);
  expect(actors[0]?.rootId).not.toBe(actors[1]?.rootId);
  for (const { device, rootId, sessionId } of actors)
    expect([device, rootId]).toEqual(['N1', sessionId]);
});

test('logic without a chart has no definition', () => {
  const clock = new HeapClock();
  const hub = new Hub({ title: '', clock, epochMs: 0, detail: 'watched' });
  const feed = hub.feed('N1');
  const inspect = (seen: Parameters<typeof feed.inspect>[0]) => feed.inspect(seen, 0);
  createActor(
    fromPromise(async () => undefined),
    { inspect },
  ).start();
  createActor(createMachine({ id: 'empty' }), { inspect }).start();
  const actors = ofType(all(hub.watch()), '@xstate.actor');
  expect(actors.map(({ definition }) => definition)).toEqual([undefined, undefined]);
});
