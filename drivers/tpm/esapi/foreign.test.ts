import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { masterKeyPublic } from '../../../protocol/tpm/keyed-hash.ts';
import { koffiFfi } from '../../ffi/koffi.ts';
import { flock } from '../../lock/flock.ts';
import { loadLibraries } from './libraries.ts';
import { lockTpm } from './lock.ts';
import { Marshalling } from './marshalling.ts';
import { rosterPointOf } from './roster-key.ts';

const libraries = loadLibraries(koffiFfi);

test('a TPM that is not there is named with what to check', () => {
  const missing = join(tmpdir(), 'ties-no-such-folder', 'lock');
  expect(() => lockTpm(flock(koffiFfi), missing)).toThrow(/ENOENT.*group tss/);
  expect(() => lockTpm(flock(koffiFfi), '/dev/ties-no-such-tpm')).toThrow(/ENOENT.*group tss/);
});

test('another object where the roster key should be is named with how to evict it', () => {
  expect(() => rosterPointOf(masterKeyPublic())).toThrow(/0x81000003 .*tpm2_evictcontrol/);
});

test('bytes that are not the structure they should be go nowhere near the TPM', () => {
  const marshalling = new Marshalling(libraries.mu);
  expect(() => marshalling.struct('TPM2B_PUBLIC', Uint8Array.of(0xff, 0xff, 1))).toThrow(
    /Not a TPM2B_PUBLIC/,
  );
});
