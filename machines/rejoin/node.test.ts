import { expect, test } from 'vitest';
import { guardsHold } from '../../test/machines/guards.ts';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { rejoinNodeMachine } from './node.ts';

const R0 = received('R0');
const CALL = received('R0.all', { body: { epoch: 2, spreadMs: 40_000 } });
const answer = (standing: 'active' | 'revoked' | 'left') =>
  received('R2', { body: { standing, rosterVersion: 3 } });
const [R2, REVOKED, LEFT] = [answer('active'), answer('revoked'), answer('left')];

chartHolds({
  machine: rejoinNodeMachine,
  begun: { 'a restart': { input: { spreadMs: 1_000 }, success: ['R2', 'done adoptEpochs'] } },
  events: { R0, CALL, R2, REVOKED, LEFT, cancel: { type: 'cancel' } },
  abstract: ({ repeats, reason }: { repeats: number; reason: string | null }) => [repeats, reason],
  heeds: {
    waiting: ['R0', 'cancel'],
    requesting: ['LEFT', 'R0', 'R2', 'REVOKED', 'cancel'],
    adopting: [],
    backingOff: ['CALL', 'R0', 'cancel'],
  },
  awaiting: ['requesting'],
  endings: { rejoined: [null], dismissed: ['left', 'revoked'], cancelled: ['cancelled'] },
});

guardsHold(rejoinNodeMachine, {
  isStillMember: [
    { when: 'the list has it', event: R2, holds: true },
    { when: 'it was revoked', event: REVOKED, holds: false },
    { when: 'it has left', event: LEFT, holds: false },
  ],
  repeatsLeft: [
    { when: 'nothing was repeated', context: { repeats: 0 }, holds: true },
    { when: 'three repeats', context: { repeats: 3 }, holds: true },
    { when: 'four repeats', context: { repeats: 4 }, holds: false },
  ],
});

const rejoining = (prompt: readonly string[] = ['transmit', 'adoptEpochs']) =>
  new Stage(rejoinNodeMachine, { input: { spreadMs: 0 }, prompt });

test('a rejoin without a fault', async () => {
  const node = rejoining();
  await node.clock.advance(100);
  await node.send(R2);
  expect(node.heard()).toEqual(['0 transmit R1 1', '100 acceptAnswer', '100 adoptEpochs']);
  expect(node.outcome).toEqual({ reason: null });
});

test('an unanswered R1 is said five times, then another after 2, 4, 8 s', async () => {
  const node = rejoining();
  await node.clock.advance(100_000);
  const said = node.heard();
  expect(said.slice(0, 6)).toEqual([
    ...[0, 6_000, 12_000, 18_000, 24_000].map((ms) => `${ms} transmit R1 1`),
    '32000 transmit R1 2',
  ]);
  expect(said).toContain('66000 transmit R1 3');
});

test('it goes on for days, and pauses for five minutes at most', async () => {
  const node = rejoining();
  await node.clock.advance(172_800_000);
  const times = node.heard().map((line) => Number.parseInt(line, 10));
  const pauses = times.slice(1).map((ms, at) => ms - (times[at] as number));
  expect(Math.max(...pauses)).toBe(306_000);
  expect(times.length).toBeGreaterThan(2_500);
});

test.each(['requesting', 'backingOff'])(
  'called while %s, it says a new R1 at once',
  async (state) => {
    const node = rejoining();
    await node.clock.advance(state === 'requesting' ? 3_000 : 31_000);
    expect(node.state).toBe(state);
    node.heard();
    await node.send(R0);
    expect(node.heard()).toEqual([`${node.clock.now()} transmit R1 2`]);
  },
);

test('where many speak it waits for its moment, and a call while it backs off has it wait again', async () => {
  const node = new Stage(rejoinNodeMachine, { input: { spreadMs: 2_000 } });
  await node.clock.advance(2_000);
  expect(node.heard()).toEqual(['2000 transmit R1 1']);
  await node.send(CALL);
  await node.clock.advance(30_000);
  expect(node.state).toBe('backingOff');
  node.heard();
  await node.send(CALL);
  await node.clock.advance(40_000);
  expect(node.heard()).toEqual(['72000 transmit R1 2']);
});

test('called alone while it waits, it speaks at once', async () => {
  const node = new Stage(rejoinNodeMachine, { input: { spreadMs: 2_000 } });
  await node.clock.advance(500);
  await node.send(R0);
  expect(node.heard()).toEqual(['500 transmit R1 1']);
});
