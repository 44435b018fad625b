import { type FfiName, ffiByName } from '../../drivers/ffi/by-name.ts';

const libc = { soname: 'libc.so.6', debianPackage: 'libc6' };

/** Whether this way to call C is there; where it is not, the reason is printed. */
export const isLoadable = (ffi: FfiName): boolean => {
  try {
    ffiByName[ffi].load(libc);
    return true;
  } catch (error) {
    console.info(`Not tested through ${ffi}: ${(error as Error).message}`);
    return false;
  }
};
