import { expect, test } from 'vitest';
import { marshalSensitive, unmarshalSensitive } from './sensitive.ts';

const sensitive = { obfuscation: new Uint8Array(32).fill(1), bits: new Uint8Array(32).fill(2) };
const malformed = expect.objectContaining({ code: 'TPM_MALFORMED' });

test('a sensitive area reads back', () => {
  expect(unmarshalSensitive(marshalSensitive(sensitive))).toEqual(sensitive);
});

test('one with an authValue, of another type or with bytes behind it is refused', () => {
  const area = marshalSensitive(sensitive);
  const authValueAt = 4;
  for (const wrong of [area.with(authValueAt, 1), area.with(1, 1), Uint8Array.of(...area, 0)]) {
    expect(() => unmarshalSensitive(wrong)).toThrow(malformed);
  }
});
