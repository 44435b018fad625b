import { expect, test } from 'vitest';
import { guardsHold } from '../../test/machines/guards.ts';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { leaveNodeMachine } from './node.ts';

const ACK = received('ack');

chartHolds({
  machine: leaveNodeMachine,
  begun: { 'its operator': { success: ['done noteDecision', 'ack'] } },
  events: { ack: ACK },
  abstract: ({ repeats }: { repeats: number }) => repeats,
  heeds: { deciding: [], announcing: ['ack'], backingOff: ['ack'] },
  awaiting: ['announcing'],
  endings: { left: [null], failed: ['TPM_FAULT'] },
});

guardsHold(leaveNodeMachine, {
  repeatsLeft: [
    { when: 'nothing was repeated', context: { repeats: 0 }, holds: true },
    { when: 'four repeats', context: { repeats: 4 }, holds: false },
  ],
});

test('the decision is written down before it is told', async () => {
  const node = new Stage(leaveNodeMachine);
  await node.clock.advance(60_000);
  expect(node.heard()).toEqual(['0 noteDecision']);
  await node.finish('noteDecision');
  expect(node.heard()).toEqual(['60000 transmit leave 1']);
});

test('it is told until it is acknowledged, and nothing calls it off', async () => {
  const node = new Stage(leaveNodeMachine, { prompt: ['noteDecision', 'transmit'] });
  await node.clock.advance(31_000);
  expect(node.heard()).toEqual([
    '0 noteDecision',
    ...[0, 6_000, 12_000, 18_000, 24_000].map((ms) => `${ms} transmit leave 1`),
  ]);
  expect(node.snapshot.can({ type: 'cancel' })).toBe(false);
  await node.clock.advance(86_400_000);
  const again = node.heard();
  expect(again[0]).toBe('32000 transmit leave 2');
  expect(again.length).toBeGreaterThan(1_000);
  await node.send(ACK);
  expect(node.outcome).toEqual({ reason: null });
});
