import { expect, test } from 'vitest';
import { guardsHold } from '../../test/machines/guards.ts';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { leaveRevokerMachine } from './revoker.ts';

const ACK = received('ack');

chartHolds({
  machine: leaveRevokerMachine,
  begun: { 'a revocation': { success: ['ack'] } },
  events: { ack: ACK, cancel: { type: 'cancel' } },
  heeds: { telling: ['ack', 'cancel'] },
  awaiting: ['telling'],
  endings: { acknowledged: [null], unanswered: ['unanswered'], cancelled: ['cancelled'] },
});

guardsHold(leaveRevokerMachine, {
  repeatsLeft: [
    { when: 'nothing was repeated', context: { repeats: 0 }, holds: true },
    { when: 'four repeats', context: { repeats: 4 }, holds: false },
  ],
});

test('a device that does not answer is told five times', async () => {
  const center = new Stage(leaveRevokerMachine, { prompt: ['transmit'] });
  await center.clock.advance(60_000);
  expect(center.heard()).toEqual(
    [0, 6_000, 12_000, 18_000, 24_000].map((ms) => `${ms} transmit revoke`),
  );
  expect(center.outcome).toEqual({ reason: 'unanswered' });
});
