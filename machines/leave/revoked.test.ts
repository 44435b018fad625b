import { expect, test } from 'vitest';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { leaveRevokedMachine } from './revoked.ts';

chartHolds({
  machine: leaveRevokedMachine,
  begun: { 'a revoke': { success: [] } },
  events: {},
  heeds: { acknowledging: [] },
  endings: { revoked: [null] },
});

test('it is over even where the acknowledgement does not get through', async () => {
  const node = new Stage(leaveRevokedMachine);
  await node.fail('transmit', 'LINK_NO_ACK');
  expect(node.heard()).toEqual(['0 transmit ack']);
  expect(node.outcome).toEqual({ reason: null });
});
