import { expect, test } from 'vitest';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { leaveCenterMachine } from './center.ts';

chartHolds({
  machine: leaveCenterMachine,
  begun: { 'a leave': { success: ['done recordLeave'] } },
  events: { cancel: { type: 'cancel' } },
  heeds: { recording: [], acknowledging: ['cancel'] },
  endings: { left: [null], failed: ['TPM_FAULT'], cancelled: ['cancelled'] },
});

test('a leave is acknowledged when it is written down', async () => {
  const center = new Stage(leaveCenterMachine);
  await center.clock.advance(1_000);
  expect(center.heard()).toEqual(['0 recordLeave']);
  await center.finish('recordLeave');
  expect(center.heard()).toEqual(['1000 transmit ack']);
});

test('an acknowledgement that the link gave up on leaves it written down', async () => {
  const center = new Stage(leaveCenterMachine, { prompt: ['recordLeave'] });
  await center.fail('transmit', 'LINK_NO_ACK');
  expect(center.outcome).toEqual({ reason: null });
});
