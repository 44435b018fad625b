import { expect, test } from 'vitest';
import { EMPTY_ROSTER, type Roster } from '../../protocol/roster.ts';
import { entry } from '../../test/machines/authority.ts';
import { guardsHold } from '../../test/machines/guards.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { type Context, rosterPublisherMachine } from './publisher.ts';

const changed = (address: number) => ({ type: 'entry.changed', entry: entry(address) });
const roster = (version: number): Roster => ({ ...EMPTY_ROSTER, version });

chartHolds({
  machine: rosterPublisherMachine,
  begun: { 'an empty list': { input: { roster: EMPTY_ROSTER, changes: [] } } },
  events: { change: changed(2) },
  outputs: { publish: roster(1) },
  abstract: ({ changes, broadcasts }: Context) => [Math.min(changes.length, 2), broadcasts],
  heeds: {
    idle: ['change'],
    publishing: ['change'],
    broadcasting: ['change'],
    pausing: ['change'],
    waiting: ['change'],
  },
  endings: {},
  resting: 'idle',
});

guardsHold(rosterPublisherMachine, {
  hasChanges: [
    { when: 'one waits', context: { changes: [entry(2)] }, holds: true },
    { when: 'none waits', context: { changes: [] }, holds: false },
  ],
  isOvertaken: [
    { when: 'said once, one waits', context: { changes: [entry(2)], broadcasts: 1 }, holds: false },
    { when: 'said again, one waits', context: { changes: [entry(2)], broadcasts: 2 }, holds: true },
    { when: 'said again, none waits', context: { changes: [], broadcasts: 2 }, holds: false },
  ],
  hasRepeats: [
    { when: 'said once', context: { broadcasts: 1 }, holds: true },
    { when: 'said twice', context: { broadcasts: 2 }, holds: true },
    { when: 'said three times', context: { broadcasts: 3 }, holds: false },
  ],
});

const publishing = (prompt: readonly string[] = ['transmit']) =>
  new Stage(rosterPublisherMachine, { input: { roster: EMPTY_ROSTER, changes: [] }, prompt });

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
    published.push(center.snapshot.context.changes[0].address);
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
  expect(center.snapshot.context.changes).toEqual([entry(2), entry(3)]);
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
