import { expect, test } from 'vitest';
import { guardsHold } from '../../test/machines/guards.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { rosterLibrarianMachine } from './librarian.ts';

const page = 'done transmitPage';

chartHolds({
  machine: rosterLibrarianMachine,
  begun: {
    'a list of one page': { input: { pages: 1 }, success: [page] },
    'a list of three': { input: { pages: 3 }, success: [page, page, page] },
  },
  events: { cancel: { type: 'cancel' } },
  heeds: { sending: ['cancel'] },
  endings: { sent: [null], undelivered: ['TPM_FAULT'], cancelled: ['cancelled'] },
});

guardsHold(rosterLibrarianMachine, {
  hasMorePages: [
    { when: 'the first of two', context: { page: 0, pages: 2 }, holds: true },
    { when: 'the last of two', context: { page: 1, pages: 2 }, holds: false },
    { when: 'the only one', context: { page: 0, pages: 1 }, holds: false },
  ],
});

test('each page waits until the one before has gone', async () => {
  const center = new Stage(rosterLibrarianMachine, { input: { pages: 3 } });
  for (let page = 0; page < 3; page += 1) {
    await center.clock.advance(1_000);
    await center.finish('transmitPage');
  }
  expect(center.heard()).toEqual([
    '0 transmitPage 0',
    '1000 transmitPage 1',
    '2000 transmitPage 2',
  ]);
  expect(center.outcome).toEqual({ reason: null });
});

test('a node out of reach ends it: the node asks again', async () => {
  const center = new Stage(rosterLibrarianMachine, { input: { pages: 3 } });
  await center.finish('transmitPage');
  await center.fail('transmitPage', 'LINK_LOST');
  expect(center.outcome).toEqual({ reason: 'LINK_LOST', advice: 'No answer.' });
});

test('cancelling stops the page that is under way', async () => {
  const center = new Stage(rosterLibrarianMachine, { input: { pages: 3 } });
  await center.send({ type: 'cancel' });
  expect(center.heard()).toEqual(['0 transmitPage 0', '0 stopped transmitPage']);
});
