import { createCipheriv, createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { seededRandom } from './seeded-random.ts';

test('however much is drawn at a time, it is the key stream without a gap', () => {
  const key = createHash('sha256').update('7\0label').digest();
  const stream = createCipheriv('aes-256-ctr', key, new Uint8Array(16));
  const random = seededRandom(7, 'label');
  const lengths = [0, 1, 2, 250, 2, 1, 4, 255, 256, 257, 1000, 3];
  const drawn = lengths.map((length) => random.bytes(length));
  expect(drawn.map(({ length }) => length)).toEqual(lengths);
  const total = lengths.reduce((sum, length) => sum + length);
  expect(Buffer.concat(drawn)).toEqual(stream.update(new Uint8Array(total)));
});

test('what was drawn is its own: to write over it changes nothing that is drawn later', () => {
  const [random, other] = [seededRandom(7, 'label'), seededRandom(7, 'label')];
  new Uint8Array(random.bytes(8).buffer).fill(0);
  other.bytes(8);
  expect(random.bytes(8)).toEqual(other.bytes(8));
});
