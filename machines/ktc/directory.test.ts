import { expect, test } from 'vitest';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { ktcDirectoryMachine } from './directory.ts';

chartHolds({
  machine: ktcDirectoryMachine,
  begun: { 'a query': { success: ['done transmit'] } },
  events: { cancel: { type: 'cancel' } },
  heeds: { describing: ['cancel'] },
  endings: { described: [null], undelivered: ['undelivered'], cancelled: ['cancelled'] },
});

test('a query is answered once', async () => {
  const center = new Stage(ktcDirectoryMachine, { prompt: ['transmit'] });
  await center.clock.advance(86_400_000);
  expect(center.heard()).toEqual(['0 transmit peer.info']);
  expect(center.outcome).toEqual({ reason: null });
});

test('an answer that the link gave up on is not repeated: the node asks again', async () => {
  const center = new Stage(ktcDirectoryMachine);
  await center.fail('transmit', 'LINK_LOST');
  expect(center.outcome).toEqual({ reason: 'undelivered' });
});
