import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { publiclyKnownRsaKey } from './rsa-pool.ts';

const keyOf = (device: string) =>
  createPrivateKey({ key: Buffer.from(publiclyKnownRsaKey(device)), format: 'der', type: 'pkcs8' });

test('a device has an RSA-2048 key that works, the same each time, and no other device has it', () => {
  const [one, again, other] = [keyOf('N1'), keyOf('N1'), keyOf('N2')];
  expect(one.asymmetricKeyDetails).toMatchObject({ modulusLength: 2048, publicExponent: 65537n });
  expect(again.equals(one)).toBe(true);
  expect(other.equals(one)).toBe(false);
  const data = Uint8Array.of(1, 2, 3);
  expect(verify('sha256', data, createPublicKey(one), sign('sha256', data, one))).toBe(true);
});

test('the keys are fixed for all time, so that what a run prints can be compared', () => {
  const { n } = createPublicKey(keyOf('N1')).export({ format: 'jwk' });
  expect(n?.slice(0, 16)).toBe('ur-ZzgaD2wL4b8nb');
});
