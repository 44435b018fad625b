import { expect, test } from 'vitest';
import { roleSchema } from './role.ts';

const least = { role: 'node', name: 'N1' };

test('a role needs to say little', () => {
  expect(roleSchema.parse(least)).toEqual({
    role: 'node',
    name: 'N1',
    suite: 'p256',
    tpm: { ffi: 'koffi', translate: 'duplicate' },
    radio: { preset: 'default' },
  });
  expect(roleSchema.parse({ ...least, tpm: { ffi: 'ffi-napi' } }).tpm.ffi).toBe('ffi-napi');
});

test.each([
  { tpm: { ffi: 'node-ffi' } },
  { tpm: { ffi: 'koffi', lib: 'koffi' } },
  { tpm: 'koffi' },
  { radio: { preset: 'loud' } },
  { tpm: { translate: 'both' } },
  { suite: 'rsa' },
  { name: '' },
  { color: 'red' },
])('a role with %o is refused', (wrong) => {
  expect(roleSchema.safeParse({ ...least, ...wrong }).success).toBe(false);
});

test('translation by Rewrap is the choice of a center, and of nobody else', () => {
  const tpm = { translate: 'rewrap' };
  expect(roleSchema.parse({ role: 'center', name: 'CE', tpm }).tpm.translate).toBe('rewrap');
  const { error } = roleSchema.safeParse({ ...least, tpm });
  expect(error?.issues[0]).toMatchObject({
    path: ['tpm', 'translate'],
    message: expect.stringMatching(/Only the center translates/),
  });
});
