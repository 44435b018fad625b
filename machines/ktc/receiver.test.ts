import { expect, test } from 'vitest';
import type { Objection } from '../../protocol/roster.ts';
import { guardsHold } from '../../test/machines/guards.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { ktcReceiverMachine } from './receiver.ts';

chartHolds({
  machine: ktcReceiverMachine,
  begun: {
    'a delivery': {
      input: { alreadyHeld: false, objection: null },
      success: ['done importSessionKey'],
    },
    'a delivery again': { input: { alreadyHeld: true, objection: null }, success: [] },
    'a delivery from a revoked node': { input: { alreadyHeld: false, objection: 'revoked' } },
  },
  events: { cancel: { type: 'cancel' } },
  heeds: { importing: ['cancel'], acknowledging: ['cancel'], refusing: ['cancel'] },
  endings: {
    received: [null],
    refused: ['TPM_FAULT', 'revoked'],
    cancelled: ['cancelled'],
  },
});

guardsHold(ktcReceiverMachine, {
  isHeld: [
    { when: 'the key is in its slot', context: { alreadyHeld: true }, holds: true },
    { when: 'it is new', context: { alreadyHeld: false }, holds: false },
  ],
  isObjectionable: [
    { when: 'the requester is revoked', context: { objection: 'revoked' }, holds: true },
    { when: 'it is unknown', context: { objection: 'unknown' }, holds: true },
    { when: 'it is authorized', context: { objection: null }, holds: false },
  ],
});

const PROMPT = ['importSessionKey', 'acknowledge', 'refuse'];
const receiving = ({
  alreadyHeld = false,
  objection = null as Objection | null,
  prompt = PROMPT as readonly string[],
} = {}) => new Stage(ktcReceiverMachine, { input: { alreadyHeld, objection }, prompt });

test('the key is in its slot before N2 says so (paper, Figure 5)', async () => {
  const n2 = receiving({ prompt: ['acknowledge'] });
  await n2.clock.advance(5_000);
  expect(n2.heard()).toEqual(['0 importSessionKey']);
  await n2.finish('importSessionKey');
  expect(n2.heard()).toEqual(['5000 acknowledge']);
  expect(n2.outcome).toEqual({ reason: null });
});

test('the same delivery again is acknowledged without TPM work', async () => {
  const n2 = receiving({ alreadyHeld: true });
  await n2.clock.advance(0);
  expect(n2.heard()).toEqual(['0 acknowledge']);
  expect(n2.outcome).toEqual({ reason: null });
});

test.each([false, true])(
  'a requester that this roster calls revoked is refused, key held: %s',
  async (alreadyHeld) => {
    const n2 = receiving({ alreadyHeld, objection: 'revoked' });
    await n2.clock.advance(0);
    expect(n2.heard()).toEqual(['0 refuse revoked']);
    expect(n2.outcome).toEqual({ reason: 'revoked' });
  },
);

test('a key that cannot be imported makes N2 busy, for a reason that it keeps', async () => {
  const n2 = receiving({ prompt: ['refuse'] });
  await n2.fail('importSessionKey', 'TPM_RC_INTEGRITY');
  expect(n2.heard()).toEqual(['0 importSessionKey', '0 refuse busy']);
  expect(n2.outcome).toEqual({ reason: 'TPM_RC_INTEGRITY', advice: 'No answer.' });
});

test('a key that is none is said to be malformed', async () => {
  const n2 = receiving({ prompt: ['refuse'] });
  await n2.fail('importSessionKey', 'TPM_BAD_WRAP');
  expect(n2.heard()).toEqual(['0 importSessionKey', '0 refuse malformed']);
  expect(n2.outcome).toEqual({ reason: 'TPM_BAD_WRAP', advice: 'No answer.' });
});

test('an answer that the link gave up on changes nothing: the delivery is repeated', async () => {
  const acknowledging = receiving({ prompt: ['importSessionKey'] });
  await acknowledging.fail('acknowledge', 'LINK_LOST');
  expect(acknowledging.outcome).toEqual({ reason: null });
  const refusing = receiving({ objection: 'unknown', prompt: [] });
  await refusing.fail('refuse', 'LINK_LOST');
  expect(refusing.outcome).toEqual({ reason: 'unknown' });
});

test('cancelling stops the import that is under way', async () => {
  const n2 = receiving({ prompt: [] });
  await n2.send({ type: 'cancel' });
  expect(n2.heard()).toEqual(['0 importSessionKey', '0 stopped importSessionKey']);
});
