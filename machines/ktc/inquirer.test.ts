import { expect, test } from 'vitest';
import type { Status } from '../../protocol/messages.ts';
import { guardsHold } from '../../test/machines/guards.ts';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { ktcInquirerMachine } from './inquirer.ts';

const info = (status: Status) =>
  received('peer.info', {
    clear: { re: 1 },
    body: { status, address: 3, name: new Uint8Array(32), rosterVersion: 1 },
  });

chartHolds({
  machine: ktcInquirerMachine,
  begun: { 'a device nothing is known of': { success: ['info ok'] } },
  events: {
    'info ok': info('ok'),
    'info revoked': info('revoked'),
    cancel: { type: 'cancel' },
  },
  heeds: { querying: ['info ok', 'info revoked', 'cancel'] },
  awaiting: ['querying'],
  endings: {
    vouched: [null],
    refused: ['revoked'],
    unanswered: ['unanswered'],
    cancelled: ['cancelled'],
  },
});

guardsHold(ktcInquirerMachine, {
  peerIsAuthorized: [
    { when: 'ok', event: info('ok'), holds: true },
    { when: 'unknown', event: info('unknown'), holds: false },
    { when: 'revoked', event: info('revoked'), holds: false },
    { when: 'another message', event: received('K4'), holds: false },
  ],
  repeatsLeft: [
    { when: 'three repeats', context: { repeats: 3 }, holds: true },
    { when: 'four repeats', context: { repeats: 4 }, holds: false },
  ],
});

const asking = () => new Stage(ktcInquirerMachine, { prompt: ['transmit'] });

test('the word of the Central Entity is taken, whatever it is', async () => {
  for (const [status, reason] of [
    ['ok', null],
    ['unknown', 'unknown'],
    ['revoked', 'revoked'],
  ] as const) {
    const node = asking();
    await node.clock.advance(100);
    await node.send(info(status));
    expect(node.heard()).toEqual(['0 transmit peer.query', '100 acceptPeer']);
    expect(node.outcome).toEqual({ reason });
  }
});

test('a query is repeated, and given up after half a minute', async () => {
  const node = asking();
  await node.clock.advance(3_600_000);
  expect(node.heard()).toEqual(
    [0, 6_000, 12_000, 18_000, 24_000].map((ms) => `${ms} transmit peer.query`),
  );
  expect(node.outcome).toEqual({ reason: 'unanswered' });
});
