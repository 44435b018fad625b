import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { lockFileOf } from './lock.ts';

test('the same TPM has the same lock, another has another', () => {
  expect(lockFileOf('device:/dev/tpmrm0')).toBe('/dev/tpmrm0');
  expect(lockFileOf('swtpm:path=/run/one/s')).toBe('/run/one/s.lock');
  const other = lockFileOf('device:/dev/tpm0');
  expect(dirname(other)).toBe(tmpdir());
  expect(lockFileOf('device:/dev/tpm0')).toBe(other);
  expect(lockFileOf('device:/dev/tpm1')).not.toBe(other);
});
