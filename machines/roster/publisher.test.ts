import { expect, test } from 'vitest';
import { createActor, fromPromise } from 'xstate';
import { EMPTY_ROSTER, type RosterEntry } from '../../protocol/roster.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { entry } from '../../test/machines/authority.ts';
import { guardsHold } from '../../test/machines/guards.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { type Context, GATHERS_FROM, type Published, rosterPublisherMachine } from './publisher.ts';

const changed = (address: number, state?: RosterEntry['state']) => ({
  type: 'entry.changed',
  entry: entry(address, state),
});
const roster = (version: number, size = version): Published => {
  const { hash } = EMPTY_ROSTER;
  return { version, hash, size };
};
/** One more would be gathered with others. */
const LONG = roster(40, GATHERS_FROM);
const SHORT = roster(40, GATHERS_FROM - 1);
const some = (count: number): RosterEntry[] =>
  Array.from({ length: count }, (_, i) => entry(i + 2));

chartHolds({
  machine: rosterPublisherMachine,
  begun: {
    'an empty list': { input: { roster: roster(0), changes: [] } },
    'a long list': { input: { roster: LONG, changes: [] } },
  },
  events: { change: changed(2), other: changed(3), removal: changed(4, 'revoked') },
  outputs: { publish: LONG },
  abstract: ({ roster, changes, inHand, broadcasts }: Context) => [
    roster.size,
    changes.map(({ address }) => address),
    inHand.map(({ address }) => address),
    broadcasts,
  ],
  heeds: {
    idle: ['change', 'other', 'removal'],
    gathering: ['change', 'other', 'removal'],
    publishing: ['change', 'other', 'removal'],
    broadcasting: ['change', 'other', 'removal'],
    pausing: ['change', 'other', 'removal'],
    waiting: ['change', 'other', 'removal'],
  },
  endings: {},
  resting: 'idle',
});

guardsHold(rosterPublisherMachine, {
  hasChanges: [
    { when: 'one waits', context: { changes: [entry(2)] }, holds: true },
    { when: 'none waits', context: { changes: [] }, holds: false },
  ],
  isUrgent: [
    { when: 'none waits', context: { roster: SHORT, changes: [] }, holds: false },
    { when: 'the list is short', context: { roster: SHORT, changes: some(1) }, holds: true },
    { when: 'the list is long', context: { roster: LONG, changes: some(1) }, holds: false },
    { when: 'ten wait', context: { roster: LONG, changes: some(10) }, holds: false },
    { when: 'as many as fit wait', context: { roster: LONG, changes: some(11) }, holds: true },
    {
      when: 'one is taken off',
      context: { roster: LONG, changes: [entry(9, 'left'), ...some(1)] },
      holds: true,
    },
  ],
  isOvertaken: [
    {
      when: 'said once, one waits',
      context: { roster: SHORT, changes: some(1), broadcasts: 1 },
      holds: false,
    },
    {
      when: 'said again, one waits',
      context: { roster: SHORT, changes: some(1), broadcasts: 2 },
      holds: true,
    },
    {
      when: 'said again, one waits that can',
      context: { roster: LONG, changes: some(1), broadcasts: 2 },
      holds: false,
    },
    {
      when: 'said again, none waits',
      context: { roster: SHORT, changes: [], broadcasts: 2 },
      holds: false,
    },
  ],
  hasRepeats: [
    { when: 'said once', context: { broadcasts: 1, pausesMs: [3, 15] }, holds: true },
    { when: 'said twice', context: { broadcasts: 2, pausesMs: [3, 15] }, holds: true },
    { when: 'said three times', context: { broadcasts: 3, pausesMs: [3, 15] }, holds: false },
  ],
});

const publishing = (
  prompt: readonly string[] = ['transmit'],
  list = roster(0),
  changes: readonly RosterEntry[] = [],
) => new Stage(rosterPublisherMachine, { input: { roster: list, changes }, prompt });
const inHand = (stage: Stage): number[] =>
  (stage.snapshot.context as Context).inHand.map(({ address }) => address);

test('a change is signed and stored before it is broadcast', async () => {
  const center = publishing();
  await center.send(changed(2));
  await center.clock.advance(1_000);
  expect(center.heard()).toEqual(['0 publish']);
  await center.finish('publish', roster(1));
  expect(center.heard()).toEqual(['1000 transmit roster.delta']);
  expect(center.snapshot.context.roster.version).toBe(1);
});

test('a version is broadcast again 3 s and 15 s later, and then no more', async () => {
  const center = publishing();
  await center.send(changed(2));
  await center.finish('publish', roster(1));
  await center.clock.advance(3_600_000);
  expect(center.heard()).toEqual([
    '0 publish',
    '0 transmit roster.delta',
    '3000 transmit roster.delta',
    '18000 transmit roster.delta',
  ]);
  expect(center.state).toBe('idle');
});

test.each([
  ['the first pause', 1_000, []],
  ['the second pause', 9_000, ['3000 transmit roster.delta']],
])('a change in %s ends the repeating and is published at once', async (_, atMs, repeats) => {
  const center = publishing();
  await center.send(changed(2));
  await center.finish('publish', roster(1));
  await center.clock.advance(atMs);
  await center.send(changed(3));
  await center.finish('publish', roster(2));
  await center.clock.advance(3_600_000);
  expect(center.heard()).toEqual([
    '0 publish',
    '0 transmit roster.delta',
    ...repeats,
    `${atMs} publish`,
    ...[0, 3_000, 18_000].map((ms) => `${atMs + ms} transmit roster.delta`),
  ]);
});

test('a change lets the first broadcast go, and stops a repeat that still waits for the air', async () => {
  const center = publishing([]);
  await center.send(changed(2));
  await center.finish('publish', roster(1));
  await center.send(changed(3));
  expect(center.heard()).toEqual(['0 publish', '0 transmit roster.delta']);
  await center.finish('transmit');
  await center.finish('publish', roster(2));
  await center.finish('transmit');
  await center.clock.advance(3_000);
  center.heard();
  await center.send(changed(4));
  expect(center.heard()).toEqual(['3000 stopped transmit', '3000 publish']);
});

test('changes that come meanwhile are versions of their own, in order', async () => {
  const center = publishing();
  const published: number[] = [];
  await center.send(changed(2), changed(3), changed(4));
  for (let version = 1; version <= 3; version += 1) {
    published.push(...inHand(center));
    await center.finish('publish', roster(version));
  }
  expect(published).toEqual([2, 3, 4]);
  expect(center.heard()).toEqual([
    '0 publish',
    '0 transmit roster.delta',
    '0 publish',
    '0 transmit roster.delta',
    '0 publish',
    '0 transmit roster.delta',
  ]);
  expect(center.snapshot.context.roster.version).toBe(3);
});

test('what could not be signed is tried again every 5 s and never skipped', async () => {
  const center = publishing();
  await center.send(changed(2));
  for (let times = 0; times < 3; times += 1) {
    await center.fail('publish', 'TPM_BUSY');
    await center.clock.advance(5_000);
  }
  await center.send(changed(3));
  expect(center.heard()).toEqual(['0 publish', '5000 publish', '10000 publish', '15000 publish']);
  expect(inHand(center)).toEqual([2]);
  expect(center.snapshot.context.changes).toEqual([entry(3)]);
});

test('a broadcast that the radio refused counts as one of the three', async () => {
  const center = publishing([]);
  await center.send(changed(2));
  await center.finish('publish', roster(1));
  for (const pauseMs of [3_000, 15_000, 3_600_000]) {
    await center.fail('transmit', 'LINK_BUSY');
    await center.clock.advance(pauseMs);
  }
  expect(center.heard()).toEqual([
    '0 publish',
    ...[0, 3_000, 18_000].map((ms) => `${ms} transmit roster.delta`),
  ]);
  expect(center.state).toBe('idle');
});

test('who joins a long list waits a minute for others, and all are one change', async () => {
  const center = publishing(['transmit'], LONG);
  await center.send(changed(30));
  await center.clock.advance(40_000);
  await center.send(changed(31), changed(32));
  await center.clock.advance(20_000);
  expect(center.heard()).toEqual(['60000 publish']);
  expect(inHand(center)).toEqual([30, 31, 32]);
});

test('as many as fit into one change wait for nobody, nor for a repeat', async () => {
  const center = publishing(['transmit'], LONG);
  await center.send(...some(11).map(({ address }) => changed(address)));
  expect([center.heard(), inHand(center).length]).toEqual([['0 publish'], 11]);
  await center.finish('publish', roster(41, 31));
  await center.clock.advance(1_000);
  await center.send(...some(12).map(({ address }) => changed(100 + address)));
  expect(inHand(center).length).toBe(11);
  expect(center.snapshot.context.changes.length).toBe(1);
});

test('a change that can wait lets the repeats of the one before go', async () => {
  const center = publishing(['transmit'], LONG);
  await center.send(changed(30));
  await center.clock.advance(60_000);
  await center.finish('publish', roster(41, 21));
  await center.clock.advance(1_000);
  await center.send(changed(31));
  await center.clock.advance(100_000);
  expect(center.heard()).toEqual([
    '60000 publish',
    ...[60_000, 75_000].map((ms) => `${ms} transmit roster.delta`),
    '135000 publish',
  ]);
});

test('who is taken off waits for nothing, goes first, and takes along who waits', async () => {
  const center = publishing(['transmit'], LONG);
  await center.send(...some(10).map(({ address }) => changed(address)));
  await center.clock.advance(5_000);
  await center.send(changed(50, 'revoked'));
  expect(center.heard()).toEqual(['5000 publish']);
  expect(inHand(center)).toEqual([50, ...some(10).map(({ address }) => address)]);
});

test('a change that takes somebody off is repeated after 3 s, whoever else is in it', async () => {
  const center = publishing(['transmit'], LONG);
  await center.send(changed(30), changed(31, 'left'));
  await center.finish('publish', roster(41, 20));
  await center.clock.advance(60_000);
  expect(center.heard()).toEqual([
    '0 publish',
    ...[0, 3_000, 18_000].map((ms) => `${ms} transmit roster.delta`),
  ]);
});

test('what is published are the changes in hand, each time on top of the version before', async () => {
  const asked: unknown[] = [];
  const machine = rosterPublisherMachine.provide({
    actors: {
      publish: fromPromise(async ({ input }) => {
        asked.push(input);
        return roster(6);
      }),
      transmit: fromPromise(async () => {}),
    },
  });
  const input = { roster: roster(5), changes: [entry(9), entry(8, 'left')] };
  const clock = new HeapClock();
  createActor(machine, { input, clock } as never).start();
  await clock.advance(0);
  expect(asked).toEqual([
    { roster: roster(5), entries: [entry(8, 'left')] },
    { roster: roster(6), entries: [entry(9)] },
  ]);
});

test('who joined and was taken off before it was told is told of as taken off', async () => {
  const center = publishing(['transmit'], LONG);
  await center.send(changed(30), changed(31), changed(30, 'left'));
  expect(inHand(center)).toEqual([30, 31]);
  expect((center.snapshot.context as Context).inHand[0]?.state).toBe('left');
});

test('what came while a version was being made is not lost with it', async () => {
  const center = publishing(['transmit'], LONG);
  await center.send(changed(30, 'left'), changed(31, 'revoked'), changed(32));
  await center.finish('publish', roster(41, 20));
  expect(inHand(center)).toEqual([31, 32]);
  await center.finish('publish', roster(42, 21));
  expect([inHand(center), center.snapshot.context.changes]).toEqual([[], []]);
});

test('what a restart found unpublished is published', async () => {
  const center = publishing(['transmit'], LONG, [entry(30), entry(31, 'left')]);
  await center.send();
  expect(inHand(center)).toEqual([31, 30]);
});
