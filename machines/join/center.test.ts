import { expect, test } from 'vitest';
import { guardsHold } from '../../test/machines/guards.ts';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { joinCenterMachine } from './center.ts';

const J3 = received('J3');
const J5 = received('J5');

chartHolds({
  machine: joinCenterMachine,
  begun: {
    'a J1': {
      input: { resumed: false },
      success: ['done prepareOffer', 'J5', 'done admitMember'],
    },
    'a J5 under a stored offer': { input: { resumed: true }, success: ['done admitMember'] },
  },
  events: { J3, J5, cancel: { type: 'cancel' } },
  heeds: {
    preparing: ['cancel'],
    offering: ['J3', 'J5', 'cancel'],
    granting: ['cancel'],
    delivering: ['J5', 'cancel'],
    admitting: [],
    acknowledging: [],
  },
  awaiting: ['delivering', 'offering'],
  endings: {
    joined: [null],
    failed: ['TPM_FAULT'],
    expired: ['expired'],
    cancelled: ['cancelled'],
  },
});

guardsHold(joinCenterMachine, {
  isResumed: [
    { when: 'begun by a J5', context: { resumed: true }, holds: true },
    { when: 'begun by a J1', context: { resumed: false }, holds: false },
  ],
});

const PROMPT = ['prepareOffer', 'grantMembership', 'admitMember', 'transmit'];
const joining = ({ resumed = false, prompt = PROMPT as readonly string[] } = {}) =>
  new Stage(joinCenterMachine, { input: { resumed }, prompt });

test('a join without a fault', async () => {
  const center = joining();
  await center.clock.advance(100);
  await center.send(J3);
  await center.clock.advance(100);
  await center.send(J5);
  expect(center.heard()).toEqual([
    '0 prepareOffer',
    '0 transmit J2',
    '100 acceptKey',
    '100 grantMembership',
    '100 transmit J4',
    '200 acceptConfirmation',
    '200 admitMember',
    '200 transmit ack',
  ]);
  expect(center.outcome).toEqual({ reason: null });
});

test('a J5 after a restart is admitted under the stored offer', async () => {
  const center = joining({ resumed: true });
  await center.clock.advance(0);
  expect(center.heard()).toEqual(['0 admitMember', '0 transmit ack']);
  expect(center.outcome).toEqual({ reason: null });
});

test('a J5 under an earlier offer decides, whoever began again meanwhile', async () => {
  const center = joining();
  await center.clock.advance(100);
  await center.send(J5);
  expect(center.heard()).toEqual([
    '0 prepareOffer',
    '0 transmit J2',
    '100 acceptConfirmation',
    '100 admitMember',
    '100 transmit ack',
  ]);
  expect(center.outcome).toEqual({ reason: null });
});

test('nothing ends a join once it is being written down', async () => {
  const center = joining({ resumed: true, prompt: ['transmit'] });
  expect(center.snapshot.can({ type: 'cancel' })).toBe(false);
  await center.send({ type: 'cancel' });
  await center.finish('admitMember');
  expect(center.outcome).toEqual({ reason: null });
});

test.each([
  ['J3', 0, 60_000],
  ['J5', 1, 60_000],
] as const)('an offer waits a minute for %s and repeats nothing', async (_, steps, ms) => {
  const center = joining();
  await center.clock.advance(0);
  if (steps > 0) await center.send(J3);
  center.heard();
  await center.clock.advance(ms - 1);
  expect(center.outcome).toBeUndefined();
  await center.clock.advance(1);
  expect(center.outcome).toEqual({ reason: 'expired' });
  expect(center.heard()).toEqual([]);
});

test('the patience is for each step anew', async () => {
  const center = joining();
  await center.clock.advance(59_000);
  await center.send(J3);
  await center.clock.advance(59_000);
  await center.send(J5);
  expect(center.outcome).toEqual({ reason: null });
});

test('a TPM at work is waited for, however long', async () => {
  const center = joining({ prompt: ['transmit'] });
  await center.clock.advance(600_000);
  expect(center.state).toBe('preparing');
  await center.finish('prepareOffer');
  expect(center.heard()).toEqual(['0 prepareOffer', '600000 transmit J2']);
});

test.each([
  ['prepareOffer', 'LABEL_USED', []],
  ['grantMembership', 'JOIN_WRONG_KEY', [J3]],
] as const)('a failing %s says nothing to the node', async (actor, code, events) => {
  const prompt = PROMPT.filter((name) => name !== actor);
  const center = joining({ prompt });
  await center.send(...events);
  center.heard();
  await center.fail(actor, code);
  expect(center.outcome).toEqual({ reason: code, advice: 'No answer.' });
  expect(center.heard()).toEqual([]);
});

test('a J5 that could not be stored is not acknowledged: the node says it again', async () => {
  const center = joining({ resumed: true, prompt: ['transmit'] });
  await center.fail('admitMember', 'STORE_FULL');
  expect(center.outcome).toEqual({ reason: 'STORE_FULL', advice: 'No answer.' });
  expect(center.heard()).toEqual(['0 admitMember']);
});

test('an acknowledgement that the link gave up on leaves a member all the same', async () => {
  const center = joining({ resumed: true, prompt: ['admitMember'] });
  await center.fail('transmit', 'LINK_LOST');
  expect(center.outcome).toEqual({ reason: null });
});

test('a cancelled join stops its TPM work', async () => {
  const center = joining({ prompt: [] });
  await center.send({ type: 'cancel' });
  expect(center.outcome).toEqual({ reason: 'cancelled' });
  expect(center.heard()).toEqual(['0 prepareOffer', '0 stopped prepareOffer']);
});
