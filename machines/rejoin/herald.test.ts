import { expect, test } from 'vitest';
import { guardsHold } from '../../test/machines/guards.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { rejoinHeraldMachine } from './herald.ts';

chartHolds({
  machine: rejoinHeraldMachine,
  begun: { 'two members': { input: { members: [2, 3] }, success: [] } },
  events: { cancel: { type: 'cancel' } },
  outputs: { muster: [3] },
  heeds: Object.fromEntries(
    ['calling', 'listening', 'mustering', 'pausing', 'callingOne', 'resting'].map((state) => [
      state,
      ['cancel'],
    ]),
  ),
  endings: { silent: [null], cancelled: ['cancelled'] },
});

guardsHold(rejoinHeraldMachine, {
  isComplete: [
    { when: 'all are back', context: { members: [] }, holds: true },
    { when: 'one is not', context: { members: [2] }, holds: false },
  ],
  hasCalls: [
    { when: 'all were called once', context: { calls: 1 }, holds: true },
    { when: 'all were called twice', context: { calls: 2 }, holds: false },
  ],
  hasMore: [
    { when: 'nobody was called', context: { members: [2, 3], next: 0 }, holds: true },
    { when: 'all but one were', context: { members: [2, 3], next: 1 }, holds: true },
    { when: 'all were', context: { members: [2, 3], next: 2 }, holds: false },
  ],
  hasRounds: [
    { when: 'the second is over', context: { rounds: 2 }, holds: true },
    { when: 'the third is over', context: { rounds: 3 }, holds: false },
  ],
});

/** Each time it looks, these have not rejoined. */
const calling = async (...missing: readonly (readonly number[])[]): Promise<Stage> => {
  const center = new Stage(rejoinHeraldMachine, {
    input: { members: [2, 3, 4, 5] },
    prompt: ['transmit'],
  });
  for (const members of missing) {
    while (center.state !== 'mustering') await center.clock.advance(100);
    await center.finish('muster', members);
  }
  await center.clock.advance(600_000);
  return center;
};

test('one call of all, and silence when they are back', async () => {
  const center = await calling([]);
  expect(center.heard()).toEqual(['0 transmit R0.all 1000', '4000 muster']);
  expect(center.outcome).toEqual({ reason: null });
});

test('who missed two calls of all is called alone, round after round', async () => {
  const center = await calling(...Array.from({ length: 5 }, () => [3, 5]), []);
  expect(center.heard()).toEqual([
    '0 transmit R0.all 1000',
    '4000 muster',
    '4000 transmit R0.all 500',
    '7500 muster',
    ...['10500 transmit R0 3', '13500 transmit R0 5'],
    '76500 muster',
    '76500 transmit R0.all 500',
    '80000 muster',
    '80000 transmit R0.all 500',
    '83500 muster',
    ...['86500 transmit R0 3', '89500 transmit R0 5'],
    '332500 muster',
  ]);
});

test('one who is out of reach holds up nobody', async () => {
  const center = new Stage(rejoinHeraldMachine, { input: { members: [2, 3] } });
  for (const at of [0, 3_500]) {
    expect(center.clock.now()).toBe(at);
    await center.fail('transmit', 'RADIO_FAULT');
    await center.clock.advance(3_500);
    await center.fail('muster', 'TPM_FAILED');
  }
  await center.clock.advance(3_000);
  await center.fail('transmit', 'LINK_NO_ACK');
  await center.clock.advance(3_000);
  expect(center.heard().slice(-2)).toEqual(['10000 transmit R0 2', '13000 transmit R0 3']);
});
