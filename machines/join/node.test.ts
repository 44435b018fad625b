import { expect, test } from 'vitest';
import { guardsHold } from '../../test/machines/guards.ts';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { joinNodeMachine } from './node.ts';

const J2 = received('J2');
const J4 = received('J4');
const ACK = received('ack');
const R0 = received('R0');

chartHolds({
  machine: joinNodeMachine,
  begun: {
    'power on': {
      success: ['done beginAttempt', 'J2', 'J4', 'done activateCredential', 'done adoptMembership'],
    },
  },
  events: { J2, J4, ack: ACK, R0, cancel: { type: 'cancel' } },
  abstract: ({ repeats, reason }: { repeats: number; reason: string | null }) => [repeats, reason],
  heeds: {
    preparing: ['cancel'],
    requesting: ['J2', 'cancel'],
    presenting: ['J4', 'cancel'],
    activating: ['cancel'],
    adopting: [],
    confirming: ['ack', 'R0'],
    backingOff: ['cancel'],
  },
  awaiting: ['requesting', 'presenting', 'confirming'],
  endings: { joined: [null], failed: ['TPM_FAULT'], cancelled: ['cancelled'] },
});

guardsHold(joinNodeMachine, {
  repeatsLeft: [
    { when: 'nothing was repeated', context: { repeats: 0 }, holds: true },
    { when: 'three repeats', context: { repeats: 3 }, holds: true },
    { when: 'four repeats', context: { repeats: 4 }, holds: false },
  ],
});

const PROMPT = ['beginAttempt', 'activateCredential', 'adoptMembership', 'transmit'];
const joining = (prompt: readonly string[] = PROMPT) => new Stage(joinNodeMachine, { prompt });

test('a join without a fault', async () => {
  const node = joining();
  await node.clock.advance(100);
  await node.send(J2);
  await node.clock.advance(100);
  await node.send(J4);
  await node.clock.advance(100);
  await node.send(ACK);
  expect(node.heard()).toEqual([
    '0 beginAttempt',
    '0 transmit J1',
    '100 acceptOffer',
    '100 transmit J3',
    '200 acceptGrant',
    '200 activateCredential',
    '200 adoptMembership',
    '200 transmit J5',
  ]);
  expect(node.outcome).toEqual({ reason: null });
});

test('an unanswered J1 is said five times, then begun anew after 2, 4, 8 s … 5 min', async () => {
  const node = joining();
  await node.clock.advance(31_999);
  expect(node.heard()).toEqual([
    '0 beginAttempt',
    ...[0, 6_000, 12_000, 18_000, 24_000].map((ms) => `${ms} transmit J1`),
  ]);
  expect(node.state).toBe('backingOff');
  await node.clock.advance(3_600_000);
  const begun = node.heard().flatMap((line) => (/(\d+) beginAttempt/.test(line) ? [line] : []));
  const times = begun.map((line) => Number.parseInt(line, 10));
  const pauses = times.map((ms, i) => ms - (times[i - 1] ?? 0) - 30_000);
  expect(pauses.slice(0, 10).map((ms) => ms / 1000)).toEqual([
    2, 4, 8, 16, 32, 64, 128, 256, 300, 300,
  ]);
});

test('a join outlives 100 unanswered attempts', async () => {
  const node = joining();
  await node.clock.runUntil(() => node.snapshot.context.attempts > 100);
  expect(node.state).toBe('requesting');
  await node.send(J2);
  await node.send(J4);
  await node.send(ACK);
  expect(node.outcome).toEqual({ reason: null });
});

test('an unanswered J3 is said five times, then the whole join begins anew', async () => {
  const node = joining();
  await node.clock.advance(1_000);
  await node.send(J2);
  node.heard();
  await node.clock.advance(32_000);
  expect(node.heard()).toEqual([
    ...[7_000, 13_000, 19_000, 25_000].map((ms) => `${ms} transmit J3`),
    '33000 beginAttempt',
    '33000 transmit J1',
  ]);
});

test('each message has its own repeats: those of J1 are not counted against J3', async () => {
  const node = joining();
  await node.clock.advance(29_000);
  await node.send(J2);
  node.heard();
  await node.clock.advance(29_000);
  expect(node.heard()).toHaveLength(4);
  expect(node.state).toBe('presenting');
});

test('J5 is repeated until it is acknowledged, for hours if need be', async () => {
  const node = joining();
  await node.send(J2);
  await node.send(J4);
  node.heard();
  const HOURS_MS = 2 * 3_600_000;
  await node.clock.advance(HOURS_MS);
  const said = node.heard();
  expect(said).toHaveLength(HOURS_MS / 6_000);
  expect(said.every((line) => line.endsWith('transmit J5'))).toBe(true);
  expect(node.state).toBe('confirming');
  await node.send(ACK);
  expect(node.outcome).toEqual({ reason: null });
});

test('a radio that refuses costs a repeat, not the join', async () => {
  const node = joining(['beginAttempt']);
  await node.clock.advance(0);
  await node.fail('transmit', 'LINK_BUSY');
  expect(node.state).toBe('requesting');
  await node.clock.advance(6_000);
  expect(node.heard()).toEqual(['0 beginAttempt', '0 transmit J1', '6000 transmit J1']);
});

test('a credential that this TPM cannot open begins the join anew', async () => {
  const node = joining(['beginAttempt', 'transmit']);
  await node.send(J2);
  await node.send(J4);
  await node.fail('activateCredential', 'TPM_RC_INTEGRITY');
  expect([node.state, node.snapshot.context.reason]).toEqual(['backingOff', 'TPM_RC_INTEGRITY']);
  await node.clock.advance(2_000);
  expect(node.state).toBe('requesting');
});

test('a TPM that cannot keep the membership ends the join with its code', async () => {
  const node = joining(['beginAttempt', 'transmit', 'activateCredential']);
  await node.send(J2);
  await node.send(J4);
  await node.fail('adoptMembership', 'TPM_NV_FULL');
  expect(node.outcome).toEqual({ reason: 'TPM_NV_FULL', advice: 'No answer.' });
});

test('cancelling stops the TPM work that is under way', async () => {
  const node = joining(['beginAttempt', 'transmit']);
  await node.send(J2);
  await node.send(J4);
  node.heard();
  await node.send({ type: 'cancel' });
  expect(node.heard()).toEqual(['0 stopped activateCredential']);
});

test('a center that has restarted says so instead of the acknowledgement', async () => {
  const node = joining();
  await node.send(J2);
  await node.send(J4);
  expect(node.state).toBe('confirming');
  await node.send(R0);
  expect(node.outcome).toEqual({ reason: null });
});
