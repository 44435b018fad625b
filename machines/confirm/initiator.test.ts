import { expect, test } from 'vitest';
import { guardsHold } from '../../test/machines/guards.ts';
import { number64, received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { confirmInitiatorMachine } from './initiator.ts';

const ID = 41n;
const C2 = (answer: bigint | Uint8Array) =>
  received('C2', {
    from: 3,
    clear: { epoch: 1 },
    body: {
      answer: typeof answer === 'bigint' ? number64(answer) : answer,
      nonce: new Uint8Array(8),
    },
  });
const C1 = received('C1', { from: 3, clear: { epoch: 1 }, body: { challenge: number64(9n) } });
const CANCEL = { type: 'cancel' };

const LOWER = { ownAddress: 2, peer: 3, challenge: number64(ID) };
const HIGHER = { ownAddress: 4, peer: 3, challenge: number64(ID) };
const SUCCESS = ['done deriveKeys', 'C2', 'done promote'];

chartHolds({
  machine: confirmInitiatorMachine,
  begun: {
    'the lower address': { input: LOWER, success: SUCCESS },
    'the higher address': { input: HIGHER, success: SUCCESS },
  },
  events: { C2: C2(ID + 1n), 'C2 wrong': C2(ID), C1, cancel: CANCEL },
  heeds: {
    deriving: ['C1', 'cancel'],
    challenging: ['C1', 'C2', 'C2 wrong', 'cancel'],
    promoting: ['cancel'],
    proving: ['cancel'],
  },
  awaiting: ['challenging'],
  endings: {
    confirmed: [null],
    contradicted: ['contradicted'],
    unanswered: ['unanswered'],
    yielded: ['yielded'],
    failed: ['TPM_FAULT'],
    cancelled: ['cancelled'],
  },
});

const LAST = 2n ** 64n - 1n;
const asked = (id: bigint) => ({ challenge: number64(id) });

guardsHold(confirmInitiatorMachine, {
  confirmsNext: [
    { when: 'ID + 1', context: asked(ID), event: C2(ID + 1n), holds: true },
    { when: 'ID reflected', context: asked(ID), event: C2(ID), holds: false },
    { when: 'ID + 2', context: asked(ID), event: C2(ID + 2n), holds: false },
    { when: 'ID − 1', context: asked(ID), event: C2(ID - 1n), holds: false },
    { when: 'a carry', context: asked(0xffn), event: C2(0x100n), holds: true },
    { when: 'a carry forgotten', context: asked(0xffn), event: C2(0n), holds: false },
    {
      when: 'a carry past 2^32',
      context: asked(2n ** 32n - 1n),
      event: C2(2n ** 32n),
      holds: true,
    },
    {
      when: 'a carry past 2^53',
      context: asked(2n ** 53n - 1n),
      event: C2(2n ** 53n),
      holds: true,
    },
    { when: '2^53 + 1', context: asked(2n ** 53n), event: C2(2n ** 53n + 1n), holds: true },
    { when: 'the wrap at 2^64', context: asked(LAST), event: C2(0n), holds: true },
    { when: 'no wrap at 2^64', context: asked(LAST), event: C2(LAST), holds: false },
    { when: 'little-endian', context: asked(0n), event: C2(1n << 56n), holds: false },
    {
      when: 'a byte short',
      context: asked(0n),
      event: C2(Uint8Array.of(0, 0, 0, 0, 0, 0, 1)),
      holds: false,
    },
    {
      when: 'a byte long',
      context: asked(0n),
      event: C2(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 0)),
      holds: false,
    },
    { when: 'empty', context: asked(0n), event: C2(new Uint8Array(0)), holds: false },
    { when: 'a challenge', context: asked(8n), event: C1, holds: false },
  ],
  yieldsToPeer: [
    { when: 'own 4, peer 3', context: HIGHER, holds: true },
    { when: 'own 2, peer 3', context: LOWER, holds: false },
    { when: 'own 65279, peer 2', context: { ownAddress: 65_279, peer: 2 }, holds: true },
  ],
  repeatsLeft: [
    { when: 'nothing was repeated', context: { repeats: 0 }, holds: true },
    { when: 'three repeats', context: { repeats: 3 }, holds: true },
    { when: 'four repeats', context: { repeats: 4 }, holds: false },
  ],
});

const PROMPT = ['deriveKeys', 'transmit', 'promote'];
const confirming = (input: object = LOWER, prompt: readonly string[] = PROMPT) =>
  new Stage(confirmInitiatorMachine, { input, prompt });

test('ID, ID + 1, and a first frame as proof (paper, Figure 5)', async () => {
  const n1 = confirming();
  await n1.clock.advance(100);
  await n1.send(C2(ID + 1n));
  expect(n1.heard()).toEqual([
    '0 deriveKeys',
    '0 transmit C1',
    '100 acceptAnswer',
    '100 promote',
    '100 transmit data',
  ]);
  expect(n1.outcome).toEqual({ reason: null });
});

test('an unanswered ID is said five times, 6 s apart', async () => {
  const n1 = confirming();
  await n1.clock.advance(30_000);
  expect(n1.heard()).toEqual([
    '0 deriveKeys',
    ...[0, 6_000, 12_000, 18_000, 24_000].map((ms) => `${ms} transmit C1`),
  ]);
  expect(n1.outcome).toEqual({ reason: 'unanswered' });
});

test('a wrong answer promotes nothing', async () => {
  const n1 = confirming();
  await n1.send(C2(ID));
  expect(n1.heard()).toEqual(['0 deriveKeys', '0 transmit C1']);
  expect(n1.outcome).toEqual({ reason: 'contradicted' });
});

test('the answer to a repeated ID counts once, and no late one after it', async () => {
  const n1 = confirming(LOWER, ['deriveKeys', 'transmit']);
  await n1.clock.advance(6_000);
  n1.heard();
  await n1.send(C2(ID + 1n), C2(ID + 1n), C2(ID));
  expect([n1.state, n1.heard()]).toEqual(['promoting', ['6000 acceptAnswer', '6000 promote']]);
});

test.each([
  ['deriving', []],
  ['challenging', ['deriveKeys']],
])('of two IDs that cross, the lower address keeps its own while %s', async (state, prompt) => {
  const [n2, n4] = [confirming(LOWER, prompt), confirming(HIGHER, prompt)];
  await n2.send(C1);
  await n4.send(C1);
  expect([n2.state, n4.state]).toEqual([state, 'yielded']);
  expect(n4.outcome).toEqual({ reason: 'yielded' });
});

test('an answered ID is not yielded any more', async () => {
  const n4 = confirming(HIGHER, ['deriveKeys', 'transmit']);
  await n4.send(C2(ID + 1n), C1);
  expect(n4.state).toBe('promoting');
});

test('a promotion that was not written is no confirmation', async () => {
  const n1 = confirming(LOWER, ['deriveKeys', 'transmit']);
  await n1.send(C2(ID + 1n));
  n1.heard();
  await n1.fail('promote', 'STORE_FULL');
  expect(n1.outcome).toEqual({ reason: 'STORE_FULL', advice: 'No answer.' });
  expect(n1.heard()).toEqual([]);
});

test('a proof that the link gave up on leaves the session confirmed', async () => {
  const n1 = confirming(LOWER, ['deriveKeys', 'promote']);
  await n1.send(C2(ID + 1n));
  await n1.fail('transmit', 'LINK_LOST');
  expect(n1.outcome).toEqual({ reason: null });
});

test('cancelling stops the derivation that is under way', async () => {
  const n1 = confirming(LOWER, []);
  await n1.send(CANCEL);
  expect(n1.heard()).toEqual(['0 deriveKeys', '0 stopped deriveKeys']);
});
