import { expect, test } from 'vitest';
import { EMPTY_ROSTER as EMPTY } from '../../protocol/roster.ts';
import { entry, SigningCenter } from '../../test/machines/authority.ts';
import { forged } from '../../test/machines/lists.ts';
import { isSignedCall, isSignedPage, type Signed } from './signed.ts';

const center = new SigningCenter();
const call = center.call(7);

test('a call holds for the network and under the key it was signed for, as it was signed', () => {
  expect(isSignedCall(center, call)).toBe(true);
  expect(isSignedCall(center, forged(call))).toBe(false);
  expect(isSignedCall(center, { ...call, signed: center.call(8).signed })).toBe(false);
  const { netId, rosterKey } = center;
  expect(isSignedCall({ netId: netId.with(0, 9), rosterKey }, call)).toBe(false);
  expect(isSignedCall({ netId, rosterKey: new SigningCenter().rosterKey }, call)).toBe(false);
});

test('nothing else that was signed passes for a call, nor a call for a page', () => {
  const others = [center.page({ ...EMPTY, version: 5 }, 0), center.delta(EMPTY, [entry(2)])];
  for (const other of others)
    expect(isSignedCall(center, other as never as Signed<'R0.all'>)).toBe(false);
  expect(isSignedPage(center, call as never as Signed<'roster.page'>)).toBe(false);
});
