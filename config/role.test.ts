import { expect, test } from 'vitest';
import { roleSchema } from './role.ts';

const least = { role: 'node', name: 'N1' };

test('a role needs to say little', () => {
  expect(roleSchema.parse(least)).toEqual({
    role: 'node',
    name: 'N1',
    suite: 'p256',
    tpm: { ffi: 'koffi' },
    radio: { preset: 'default' },
  });
  expect(roleSchema.parse({ ...least, tpm: { ffi: 'ffi-napi' } }).tpm.ffi).toBe('ffi-napi');
});

test.each([
  { tpm: { ffi: 'node-ffi' } },
  { tpm: { ffi: 'koffi', lib: 'koffi' } },
  { tpm: 'koffi' },
  { radio: { preset: 'loud' } },
  { suite: 'rsa' },
  { name: '' },
  { color: 'red' },
])('a role with %o is refused', (wrong) => {
  expect(roleSchema.safeParse({ ...least, ...wrong }).success).toBe(false);
});
