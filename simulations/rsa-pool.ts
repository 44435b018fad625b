import { checkPrimeSync, createPrivateKey } from 'node:crypto';
import type { Random } from '../drivers/random/interface.ts';
import { inverse } from '../drivers/tpm/model/modular.ts';
import { seededRandom } from './seeded-random.ts';

const EXPONENT = 65_537n;
const PRIME_BYTES = 128;
/** Enough for an error below 2⁻¹⁰⁰ at this length (FIPS 186-5, table B.1). */
const PRIME_CHECKS = 5;

const toNumber = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

const toBase64url = (value: bigint): string => {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
};

/** The next prime after what is drawn; its two highest bits are set, so that two make 2048 bits. */
const drawPrime = (random: Random): bigint => {
  const drawn = random.bytes(PRIME_BYTES);
  drawn[0] = (drawn[0] as number) | 0xc0;
  drawn[PRIME_BYTES - 1] = (drawn[PRIME_BYTES - 1] as number) | 1;
  let candidate = toNumber(drawn);
  while (candidate % EXPONENT === 1n || !checkPrimeSync(candidate, { checks: PRIME_CHECKS }))
    candidate += 2n;
  return candidate;
};

const keyOf = (random: Random): Uint8Array => {
  const [p, q] = [drawPrime(random), drawPrime(random)];
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: EXPONENT, d, p, q };
  const remainders = { dp: d % (p - 1n), dq: d % (q - 1n), qi: inverse(q, p) };
  const members = Object.entries({ ...numbers, ...remainders });
  const key = Object.fromEntries(members.map(([name, value]) => [name, toBase64url(value)]));
  return createPrivateKey({ key: { kty: 'RSA', ...key }, format: 'jwk' }).export({
    format: 'der',
    type: 'pkcs8',
  });
};

const pool = new Map<string, Uint8Array>();

/**
 * The RSA-2048 key of a simulated device, as PKCS #8: always the same one for the same name, so
 * that a seeded run repeats, which node:crypto's own could not. Anybody can compute these keys;
 * they protect nothing.
 */
export const publiclyKnownRsaKey = (device: string): Uint8Array => {
  const key = pool.get(device) ?? keyOf(seededRandom('no secret', `RSA key of ${device}`));
  pool.set(device, key);
  return Uint8Array.from(key);
};
