import { expect, test } from 'vitest';
import { guardsHold } from '../../test/machines/guards.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { rejoinHeraldMachine } from './herald.ts';

chartHolds({
  machine: rejoinHeraldMachine,
  begun: { 'two members': { input: { members: [2, 3] }, success: [] } },
  events: { cancel: { type: 'cancel' } },
  heeds: { pausing: ['cancel'], calling: ['cancel'], resting: ['cancel'] },
  endings: { silent: [null], cancelled: ['cancelled'] },
});

guardsHold(rejoinHeraldMachine, {
  hasMore: [
    { when: 'nobody was called', context: { members: [2, 3], calls: 0 }, holds: true },
    { when: 'all but one were', context: { members: [2, 3], calls: 1 }, holds: true },
    { when: 'all were', context: { members: [2, 3], calls: 2 }, holds: false },
  ],
  hasRounds: [
    { when: 'the second is over', context: { rounds: 2 }, holds: true },
    { when: 'the third is over', context: { rounds: 3 }, holds: false },
  ],
});

test('calls one after another, in three rounds', async () => {
  const center = new Stage(rejoinHeraldMachine, {
    input: { members: [2, 3] },
    prompt: ['transmit'],
  });
  await center.clock.advance(600_000);
  expect(center.heard()).toEqual([
    '3000 transmit R0 2',
    '6000 transmit R0 3',
    '72000 transmit R0 2',
    '75000 transmit R0 3',
    '321000 transmit R0 2',
    '324000 transmit R0 3',
  ]);
  expect(center.outcome).toEqual({ reason: null });
});

test('one who is out of reach holds up nobody', async () => {
  const center = new Stage(rejoinHeraldMachine, { input: { members: [2, 3] } });
  await center.clock.advance(3_000);
  await center.fail('transmit', 'LINK_NO_ACK');
  await center.clock.advance(3_000);
  expect(center.heard()).toEqual(['3000 transmit R0 2', '6000 transmit R0 3']);
});
