import type { Ffi } from '../ffi/interface.ts';
import type { LockFile } from './interface.ts';

const LOCK_EX = 2;
const LOCK_NB = 4;

/** `flock(2)`, which Node lacks and the kernel releases with the process. */
export const flock = (ffi: Ffi): LockFile => {
  const libc = ffi.load({ soname: 'libc.so.6', debianPackage: 'libc6' });
  const call = libc.declare('flock', ['u32', 'u32']);
  return (descriptor) => call.call(descriptor, LOCK_EX | LOCK_NB) === 0;
};
