import { expect, test } from 'vitest';
import { received } from '../../test/machines/messages.ts';
import { Stage } from '../../test/machines/stage.ts';
import { chartHolds } from '../../test/machines/suite.ts';
import { confirmResponderMachine } from './responder.ts';

const DATA = received('data', { from: 2, body: { payload: new Uint8Array(0) } });
const SUPERSEDED = { type: 'session.superseded' };
const CANCEL = { type: 'cancel' };

chartHolds({
  machine: confirmResponderMachine,
  begun: { 'a C1': { success: ['done promote', 'data'] } },
  events: { data: DATA, superseded: SUPERSEDED, cancel: CANCEL },
  heeds: {
    promoting: ['superseded', 'cancel'],
    answering: ['data', 'superseded', 'cancel'],
  },
  awaiting: ['answering'],
  endings: {
    confirmed: [null],
    unproven: ['unproven'],
    superseded: ['superseded'],
    failed: ['TPM_FAULT'],
    cancelled: ['cancelled'],
  },
});

const answering = (prompt: readonly string[] = ['promote', 'transmit']) =>
  new Stage(confirmResponderMachine, { prompt });

test('ID + 1, then the first frame proves that N1 lives (paper, Figure 5)', async () => {
  const n2 = answering();
  await n2.clock.advance(100);
  await n2.send(DATA);
  expect(n2.heard()).toEqual(['0 promote', '0 transmit C2']);
  expect(n2.outcome).toEqual({ reason: null });
});

test('the session is promoted durably before it is answered', async () => {
  const n2 = answering(['transmit']);
  await n2.clock.advance(5_000);
  expect(n2.heard()).toEqual(['0 promote']);
  await n2.finish('promote');
  expect(n2.heard()).toEqual(['5000 transmit C2']);
});

test('a proof is waited for a minute, and the answer not repeated meanwhile', async () => {
  const n2 = answering();
  await n2.clock.advance(59_999);
  expect(n2.outcome).toBeUndefined();
  await n2.clock.advance(1);
  expect(n2.outcome).toEqual({ reason: 'unproven' });
  expect(n2.heard()).toEqual(['0 promote', '0 transmit C2']);
});

test('an answer that the link gave up on may still have arrived', async () => {
  const n2 = answering(['promote']);
  await n2.fail('transmit', 'LINK_LOST');
  await n2.send(DATA);
  expect(n2.outcome).toEqual({ reason: null });
});

test('an own challenge drops the half-answered one', async () => {
  const n2 = answering();
  await n2.send(SUPERSEDED);
  expect(n2.outcome).toEqual({ reason: 'superseded' });
});

test('a promotion that was not written is not answered', async () => {
  const n2 = answering(['transmit']);
  await n2.fail('promote', 'STORE_FULL');
  expect(n2.outcome).toEqual({ reason: 'STORE_FULL', advice: 'No answer.' });
  expect(n2.heard()).toEqual(['0 promote']);
});

test('cancelling stops the promotion that is under way', async () => {
  const n2 = answering([]);
  await n2.send(CANCEL);
  expect(n2.heard()).toEqual(['0 promote', '0 stopped promote']);
});
