import { expect, test } from 'vitest';
import type { Refusal, Status } from '../../protocol/messages.ts';
import { guardsHold } from '../../test/machines/guards.ts';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { type KtcMode, ktcRequesterMachine, MAX_RUNS } from './requester.ts';

const info = (status: Status) =>
  received('peer.info', {
    clear: { re: 1 },
    body: { status, address: 3, name: new Uint8Array(32), rosterVersion: 1 },
  });
const refuse = (status: Refusal) => received('refuse', { clear: { re: 1 }, body: { status } });
const K4 = received('K4');
const TICKET = received('K2.indirect');
const K3 = received('K3.indirect');
const CANCEL = { type: 'cancel' };

const KNOWN_DIRECT = ['done createSessionKey', 'K4', 'done keepSessionKey'];
const KNOWN_INDIRECT = ['done createSessionKey', 'K2.indirect', 'K3', 'done keepSessionKey'];

chartHolds({
  machine: ktcRequesterMachine,
  begun: {
    'a known peer, direct': {
      input: { mode: 'direct', peerKnown: true },
      success: KNOWN_DIRECT,
    },
    'a new peer, direct': {
      input: { mode: 'direct', peerKnown: false },
      success: ['info ok', ...KNOWN_DIRECT],
    },
    'a known peer, indirect': {
      input: { mode: 'indirect', peerKnown: true },
      success: KNOWN_INDIRECT,
    },
    'a new peer, indirect': {
      input: { mode: 'indirect', peerKnown: false },
      success: ['info ok', ...KNOWN_INDIRECT],
    },
  },
  events: {
    'info ok': info('ok'),
    'info revoked': info('revoked'),
    'refuse busy': refuse('busy'),
    'refuse unreachable': refuse('unreachable'),
    K4,
    'K2.indirect': TICKET,
    K3,
    cancel: CANCEL,
  },
  heeds: {
    queryingPeer: ['info ok', 'info revoked', 'cancel'],
    creatingKey: ['cancel'],
    requesting: ['K4', 'K2.indirect', 'refuse busy', 'refuse unreachable', 'cancel'],
    forwarding: ['K3', 'cancel'],
    keeping: ['cancel'],
    backingOff: ['cancel'],
  },
  awaiting: ['queryingPeer', 'requesting', 'forwarding'],
  endings: {
    established: [null],
    refused: ['busy', 'revoked', 'unreachable'],
    unanswered: ['unanswered'],
    failed: ['TPM_FAULT'],
    cancelled: ['cancelled'],
  },
});

guardsHold(ktcRequesterMachine, {
  peerIsKnown: [
    { when: 'its key name is pinned', context: { peerKnown: true }, holds: true },
    { when: 'it is not', context: { peerKnown: false }, holds: false },
  ],
  isDirect: [
    { when: 'direct', context: { mode: 'direct' }, holds: true },
    { when: 'indirect', context: { mode: 'indirect' }, holds: false },
  ],
  isIndirect: [
    { when: 'indirect', context: { mode: 'indirect' }, holds: true },
    { when: 'direct', context: { mode: 'direct' }, holds: false },
  ],
  peerIsAuthorized: [
    { when: 'ok', event: info('ok'), holds: true },
    ...(['unknown', 'revoked', 'unreachable', 'busy'] as const).map((status) => ({
      when: status,
      event: info(status),
      holds: false,
    })),
    { when: 'another message', event: K4, holds: false },
  ],
  isBusy: [
    { when: 'busy, first run', context: { runs: 1 }, event: refuse('busy'), holds: true },
    { when: 'busy, last but one', context: { runs: 4 }, event: refuse('busy'), holds: true },
    { when: 'busy, last run', context: { runs: 5 }, event: refuse('busy'), holds: false },
    ...(['unknown', 'revoked', 'unreachable', 'malformed'] as const).map((status) => ({
      when: status,
      context: { runs: 1 },
      event: refuse(status),
      holds: false,
    })),
    { when: 'a peer said to be busy', context: { runs: 1 }, event: info('busy'), holds: false },
  ],
  repeatsLeft: [
    { when: 'nothing was repeated', context: { repeats: 0 }, holds: true },
    { when: 'three repeats', context: { repeats: 3 }, holds: true },
    { when: 'four repeats', context: { repeats: 4 }, holds: false },
  ],
});

const PROMPT = ['createSessionKey', 'keepSessionKey', 'transmit'];
const requesting = (mode: KtcMode, peerKnown: boolean, prompt: readonly string[] = PROMPT) =>
  new Stage(ktcRequesterMachine, { input: { mode, peerKnown }, prompt });

test('direct, with a new peer (paper, Figure 3)', async () => {
  const n1 = requesting('direct', false);
  await n1.clock.advance(100);
  await n1.send(info('ok'));
  await n1.clock.advance(100);
  await n1.send(K4);
  expect(n1.heard()).toEqual([
    '0 transmit peer.query',
    '100 acceptPeer',
    '100 createSessionKey',
    '100 transmit K1',
    '200 keepSessionKey',
  ]);
  expect(n1.outcome).toEqual({ reason: null });
});

test('indirect, with a known peer (paper, Figure 2)', async () => {
  const n1 = requesting('indirect', true);
  await n1.clock.advance(100);
  await n1.send(TICKET);
  await n1.clock.advance(100);
  await n1.send(K3);
  expect(n1.heard()).toEqual([
    '0 createSessionKey',
    '0 transmit K1',
    '100 acceptTicket',
    '100 transmit ticket',
    '200 keepSessionKey',
  ]);
  expect(n1.outcome).toEqual({ reason: null });
});

test('the answer of the other method is none', async () => {
  const direct = requesting('direct', true);
  await direct.send(TICKET, K3);
  const indirect = requesting('indirect', true);
  await indirect.send(K4, K3);
  expect([direct.state, indirect.state]).toEqual(['requesting', 'requesting']);
});

test.each([
  ['peer.query', 'direct', false, []],
  ['K1', 'direct', true, []],
  ['ticket', 'indirect', true, [TICKET]],
] as const)('an unanswered %s is said five times, 6 s apart', async (name, mode, known, events) => {
  const n1 = requesting(mode, known);
  await n1.send(...events);
  await n1.clock.advance(29_999);
  const said = n1.heard().filter((line) => line.endsWith(` ${name}`));
  expect(said).toEqual([0, 6_000, 12_000, 18_000, 24_000].map((ms) => `${ms} transmit ${name}`));
  expect(n1.outcome).toBeUndefined();
  await n1.clock.advance(1);
  expect(n1.outcome).toEqual({ reason: 'unanswered' });
});

test('a ticket has repeats of its own', async () => {
  const n1 = requesting('indirect', true);
  await n1.clock.advance(29_000);
  await n1.send(TICKET);
  await n1.clock.advance(29_000);
  expect(n1.state).toBe('forwarding');
});

test('a busy center is asked again with a new key after 2, 4, 8 and 16 s, then no more', async () => {
  const n1 = requesting('direct', true);
  for (let run = 1; run <= MAX_RUNS; run += 1) {
    await n1.clock.runUntil(() => n1.state === 'requesting');
    await n1.send(refuse('busy'));
  }
  expect(n1.heard()).toEqual(
    [0, 2_000, 6_000, 14_000, 30_000].flatMap((ms) => [
      `${ms} createSessionKey`,
      `${ms} transmit K1`,
    ]),
  );
  expect(n1.outcome).toEqual({ reason: 'busy' });
});

test('a second refusal while it backs off changes nothing', async () => {
  const n1 = requesting('direct', true);
  await n1.send(refuse('busy'));
  await n1.clock.advance(1_000);
  await n1.send(refuse('busy'), refuse('revoked'), K4);
  expect(n1.state).toBe('backingOff');
  await n1.clock.advance(1_000);
  await n1.send(K4);
  expect(n1.outcome).toEqual({ reason: null });
});

test.each(['unknown', 'revoked', 'unreachable', 'malformed'] as const)(
  '%s is final',
  async (status) => {
    const n1 = requesting('direct', true);
    await n1.send(refuse(status));
    expect(n1.outcome).toEqual({ reason: status });
    expect(n1.heard().filter((line) => line.endsWith('createSessionKey'))).toHaveLength(1);
  },
);

test.each(['unknown', 'revoked', 'unreachable'] as const)(
  'a peer that is %s is asked no key for',
  async (status) => {
    const asked = requesting('direct', false);
    await asked.send(info(status));
    expect(asked.outcome).toEqual({ reason: status });
    expect(asked.heard()).toEqual(['0 transmit peer.query']);
  },
);

test('a key that could not be made or kept ends the run with its code', async () => {
  const unmade = requesting('direct', true, []);
  await unmade.fail('createSessionKey', 'TPM_BUSY');
  expect(unmade.outcome).toEqual({ reason: 'TPM_BUSY', advice: 'No answer.' });
  const unkept = requesting('direct', true, ['createSessionKey', 'transmit']);
  await unkept.send(K4);
  await unkept.fail('keepSessionKey', 'STORE_FULL');
  expect(unkept.outcome).toEqual({ reason: 'STORE_FULL', advice: 'No answer.' });
});

test('cancelling stops the TPM work that is under way', async () => {
  const n1 = requesting('direct', true, []);
  await n1.send(CANCEL);
  expect(n1.heard()).toEqual(['0 createSessionKey', '0 stopped createSessionKey']);
});
