import { expect, test } from 'vitest';
import type { Refusal } from '../../protocol/messages.ts';
import type { Objection } from '../../protocol/roster.ts';
import { guardsHold } from '../../test/machines/guards.ts';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import type { KtcMode } from './requester.ts';
import { ktcTranslatorMachine } from './translator.ts';

const refuse = (status: Refusal) =>
  received('refuse', { from: 3, clear: { re: 1 }, body: { status } });
const K3 = received('K3.direct', { from: 3 });
const CANCEL = { type: 'cancel' };

chartHolds({
  machine: ktcTranslatorMachine,
  begun: {
    'a direct K1': {
      input: { mode: 'direct', objection: null },
      success: ['done translate', 'K3'],
    },
    'an indirect K1': { input: { mode: 'indirect', objection: null }, success: ['done translate'] },
    'a K1 for a revoked peer': { input: { mode: 'direct', objection: 'revoked' } },
  },
  events: {
    K3,
    'refuse busy': refuse('busy'),
    'refuse revoked': refuse('revoked'),
    cancel: CANCEL,
  },
  heeds: {
    translating: ['cancel'],
    delivering: ['K3', 'refuse busy', 'refuse revoked', 'cancel'],
    acknowledging: ['cancel'],
    returning: ['cancel'],
    refusing: ['cancel'],
  },
  awaiting: ['delivering'],
  endings: {
    translated: [null],
    refused: ['TPM_FAULT', 'busy', 'revoked', 'unreachable'],
    cancelled: ['cancelled'],
  },
});

guardsHold(ktcTranslatorMachine, {
  isAuthorized: [
    { when: 'nothing speaks against it', context: { objection: null }, holds: true },
    { when: 'the peer is unknown', context: { objection: 'unknown' }, holds: false },
    { when: 'one of them is revoked', context: { objection: 'revoked' }, holds: false },
  ],
  isDirect: [
    { when: 'direct', context: { mode: 'direct' }, holds: true },
    { when: 'indirect', context: { mode: 'indirect' }, holds: false },
  ],
  repeatsLeft: [
    { when: 'nothing was repeated', context: { repeats: 0 }, holds: true },
    { when: 'one repeat', context: { repeats: 1 }, holds: true },
    { when: 'two repeats', context: { repeats: 2 }, holds: false },
  ],
});

const PROMPT = ['translate', 'transmit', 'refuse'];
const translating = (
  mode: KtcMode,
  { objection = null as Objection | null, prompt = PROMPT as readonly string[] } = {},
) => new Stage(ktcTranslatorMachine, { input: { mode, objection }, prompt });

test('direct (paper, Figures 3 and 5)', async () => {
  const center = translating('direct');
  await center.clock.advance(100);
  await center.send(K3);
  expect(center.heard()).toEqual(['0 translate', '0 transmit K2.direct', '100 transmit K4']);
  expect(center.outcome).toEqual({ reason: null });
});

test('indirect (paper, Figure 2)', async () => {
  const center = translating('indirect');
  await center.clock.advance(0);
  expect(center.heard()).toEqual(['0 translate', '0 transmit K2.indirect']);
  expect(center.outcome).toEqual({ reason: null });
});

test.each(['unknown', 'revoked'] as const)(
  'a pair of which one is %s costs no TPM work and is told so',
  async (objection) => {
    const center = translating('direct', { objection });
    await center.clock.advance(0);
    expect(center.heard()).toEqual([`0 refuse ${objection}`]);
    expect(center.outcome).toEqual({ reason: objection });
  },
);

test('a silent N2 is asked three times, then N1 hears that it is unreachable', async () => {
  const center = translating('direct');
  await center.clock.advance(18_000);
  expect(center.heard()).toEqual([
    '0 translate',
    ...[0, 6_000, 12_000].map((ms) => `${ms} transmit K2.direct`),
    '18000 refuse unreachable',
  ]);
  expect(center.outcome).toEqual({ reason: 'unreachable' });
});

test.each(['unknown', 'revoked', 'unreachable', 'busy', 'malformed'] as const)(
  'what N2 refuses with is passed on: %s',
  async (status) => {
    const center = translating('direct');
    await center.send(refuse(status));
    expect(center.heard().at(-1)).toBe(`0 refuse ${status}`);
    expect(center.outcome).toEqual({ reason: status });
  },
);

test('a TPM that cannot translate makes the center busy, for a reason that it keeps', async () => {
  const center = translating('direct', { prompt: ['transmit', 'refuse'] });
  await center.fail('translate', 'TPM_QUEUE_FULL');
  expect(center.heard()).toEqual(['0 translate', '0 refuse busy']);
  expect(center.outcome).toEqual({ reason: 'TPM_QUEUE_FULL', advice: 'No answer.' });
});

test('a wrap that is none is said to be malformed: there is no use in trying it again', async () => {
  const center = translating('direct', { prompt: ['transmit', 'refuse'] });
  await center.fail('translate', 'TPM_BAD_WRAP');
  expect(center.heard()).toEqual(['0 translate', '0 refuse malformed']);
  expect(center.outcome).toEqual({ reason: 'TPM_BAD_WRAP', advice: 'No answer.' });
});

test('the acknowledgement of a repeated delivery counts once', async () => {
  const center = translating('direct', { prompt: ['translate'] });
  await center.clock.advance(6_000);
  center.heard();
  await center.send(K3, K3);
  expect(center.heard()).toEqual(['6000 stopped transmit', '6000 transmit K4']);
});

test('an answer that the link gave up on ends the run all the same', async () => {
  const told = translating('indirect', { prompt: ['translate'] });
  await told.fail('transmit', 'LINK_LOST');
  expect(told.outcome).toEqual({ reason: null });
  const refused = translating('direct', { objection: 'revoked', prompt: [] });
  await refused.fail('refuse', 'LINK_LOST');
  expect(refused.outcome).toEqual({ reason: 'revoked' });
});

test('cancelling stops the translation that is under way', async () => {
  const center = translating('direct', { prompt: [] });
  await center.send(CANCEL);
  expect(center.heard()).toEqual(['0 translate', '0 stopped translate']);
});
