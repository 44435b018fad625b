import { describe, expect, test } from 'vitest';
import { duplicate } from '../../../protocol/tpm/duplication.ts';
import { masterKeyPublic, sessionKeyPublic } from '../../../protocol/tpm/keyed-hash.ts';
import { objectName } from '../../../protocol/tpm/name.ts';
import { policyOr, sessionKeyBranches } from '../../../protocol/tpm/policy.ts';
import { keyedHashUnique } from '../../../protocol/tpm/sensitive.ts';
import { type StorageKey, storageKeyName } from '../../../protocol/tpm/storage-key.ts';
import { systemRandom } from '../../random/system.ts';
import type { Chip } from './chip.ts';
import { duplicateTo } from './duplicate.ts';
import { blankNonVolatile } from './nonvolatile.ts';
import { create, importObject, withLoaded } from './protected-storage.ts';
import { provision } from './provisioning.ts';

const blankChip = (): Chip => ({
  nv: blankNonVolatile(),
  volatile: { transient: 0, sessions: 0 },
  random: systemRandom,
  rsaKey: () => new Uint8Array(0),
  canRewrap: false,
  translation: 'duplicate',
});
const storageKeyOf = (chip: Chip): StorageKey =>
  provision(chip, { role: 'node', suite: 1 }).storageKey;

const chip = blankChip();
const ownKey = storageKeyOf(chip);
const [center, peer, stranger] = [blankChip(), blankChip(), blankChip()].map(storageKeyOf) as [
  StorageKey,
  StorageKey,
  StorageKey,
];
const [toCenter, toPeer] = sessionKeyBranches(storageKeyName(center), storageKeyName(peer));
const strangers = sessionKeyBranches(storageKeyName(stranger), storageKeyName(peer));
const bits = systemRandom.bytes(32);

/** Duplicates a session key of center and peer to `newParent`, claiming `branches`. */
const attempt = (newParent: StorageKey, branches: readonly Uint8Array[]): Uint8Array => {
  const policy = policyOr([toCenter, toPeer]);
  const key = create(chip, (unique) => sessionKeyPublic(policy, unique), bits);
  return withLoaded(chip, key, (object) => duplicateTo(chip, object, newParent, branches));
};

const refused = expect.objectContaining({ code: 'TPM_REFUSED' });

describe('duplication of a session key', () => {
  test('goes to either Name in its policy', () => {
    expect(attempt(center, [toCenter, toPeer]).length).toBe(205);
    expect(attempt(peer, [toCenter, toPeer]).length).toBe(205);
  });

  test('goes to no other, whatever branches are claimed', () => {
    expect(() => attempt(stranger, [toCenter, toPeer])).toThrow(refused);
    expect(() => attempt(stranger, strangers)).toThrow(refused);
    expect(() => attempt(peer, [toPeer, toCenter])).toThrow(refused);
    expect(() => attempt(peer, [toPeer])).toThrow(refused);
  });

  test('leaves nothing loaded when refused', () => {
    expect(() => attempt(stranger, strangers)).toThrow(refused);
    expect(chip.volatile).toEqual({ transient: 0, sessions: 0 });
  });
});

test('a master key is duplicated to nobody', () => {
  const key = create(chip, masterKeyPublic, bits);
  const exporting = () =>
    withLoaded(chip, key, (object) => duplicateTo(chip, object, center, [toCenter, toPeer]));
  expect(exporting).toThrow(/fixed/);
});

test('an object that claims to be fixed to its TPM is not imported', () => {
  const sensitive = { obfuscation: systemRandom.bytes(32), bits };
  const area = masterKeyPublic(keyedHashUnique(sensitive));
  const name = objectName(area);
  const made = duplicate({ newParent: ownKey, name, sensitive, random: systemRandom });
  expect(() => importObject(chip, area, made)).toThrow(
    expect.objectContaining({ code: 'TPM_BAD_WRAP' }),
  );
});
