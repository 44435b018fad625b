import { expect, test } from 'vitest';
import { KEY_LOG_HEADING, keyLogLine } from './key-log.ts';
import { Secret } from './secret.ts';

const key = new Secret(Uint8Array.from({ length: 32 }, (_, at) => at));
const place = { src: 2, dst: 65_279, epoch: 9, key };

test('a line has what a reader needs to open a body: purpose, both ends, epoch and key', () => {
  const line = keyLogLine({ name: 'C1', ...place });
  expect(line).toBe(`TIES1 confirm 2 65279 9 ${Buffer.from(key.reveal()).toString('hex')}`);
});

test('of what is signed and not sealed there is no key to tell', () => {
  expect(keyLogLine({ name: 'roster.delta', ...place })).toBeNull();
});

test('it begins with a warning, in lines that no reader takes for a key', () => {
  expect(KEY_LOG_HEADING[0]).toMatch(/^# SECRET/);
  expect(KEY_LOG_HEADING.every((line) => line.startsWith('#'))).toBe(true);
});
