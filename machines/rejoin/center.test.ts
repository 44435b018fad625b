import { expect, test } from 'vitest';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { rejoinCenterMachine } from './center.ts';

chartHolds({
  machine: rejoinCenterMachine,
  begun: { 'an R1': { success: ['done recordEpochs', 'done transmit'] } },
  events: { cancel: { type: 'cancel' } },
  heeds: { recording: [], answering: ['cancel'] },
  endings: {
    answered: [null],
    undelivered: ['TPM_FAULT'],
    failed: ['TPM_FAULT'],
    cancelled: ['cancelled'],
  },
});

test('nothing is said before it is written down', async () => {
  const center = new Stage(rejoinCenterMachine);
  await center.clock.advance(60_000);
  expect(center.heard()).toEqual(['0 recordEpochs']);
  await center.finish('recordEpochs');
  expect(center.heard()).toEqual(['60000 transmit R2']);
});

test('what could not be written down is not answered', async () => {
  const center = new Stage(rejoinCenterMachine);
  await center.fail('recordEpochs', 'STORE_FULL');
  expect(center.heard()).toEqual(['0 recordEpochs']);
  expect(center.outcome).toEqual({ reason: 'STORE_FULL', advice: 'No answer.' });
});
