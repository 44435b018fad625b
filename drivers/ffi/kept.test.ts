import { expect, test, vi } from 'vitest';
import { keeping } from './kept.ts';

const libc = { soname: 'libc.so.6', debianPackage: 'libc6' };

const spied = () => {
  const declare = vi.fn((name: string) => ({ name, call: () => 0, callAsync: async () => 0 }));
  const open = vi.fn((_: string) => ({ declare }));
  return { declare, open, ffi: keeping(open) };
};

test('a library is opened once, and stays', () => {
  const { ffi, open } = spied();
  expect(ffi.load(libc)).toBe(ffi.load({ ...libc }));
  ffi.load({ soname: 'libm.so.6', debianPackage: 'libc6' });
  expect(open.mock.calls).toEqual([['libc.so.6'], ['libm.so.6']]);
});

test('a function is looked up once for each way it is called', () => {
  const { ffi, declare } = spied();
  const library = ffi.load(libc);
  expect(library.declare('abs', ['u32'])).toBe(library.declare('abs', ['u32']));
  expect(library.declare('abs', ['u16'])).not.toBe(library.declare('abs', ['u32']));
  expect(declare).toHaveBeenCalledTimes(2);
});

test('a library that was missing is tried again', () => {
  const { ffi, open } = spied();
  open.mockImplementationOnce(() => {
    throw new Error('cannot open shared object file');
  });
  expect(() => ffi.load(libc)).toThrow(expect.objectContaining({ code: 'LIBRARY_MISSING' }));
  expect(ffi.load(libc)).toBe(ffi.load(libc));
});
