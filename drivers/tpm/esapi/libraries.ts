import type { CLibrary, Ffi } from '../../ffi/interface.ts';

/** The parts of tpm2-tss that are called. */
export interface Libraries {
  readonly esys: CLibrary;
  readonly mu: CLibrary;
  readonly tctiLoader: CLibrary;
}

/**
 * Package names are those of Debian 12, which most packages of Debian 13 provide too.
 */
export const loadLibraries = (ffi: Ffi): Libraries => {
  const libc = ffi.load({ soname: 'libc.so.6', debianPackage: 'libc6' });
  // Without this every refused command is written to standard error (tpm2-tss, doc/logging.md).
  // Through libc, because in a worker thread `process.env` is a copy that C does not see.
  libc.declare('setenv', ['cstr', 'cstr', 'u32']).call('TSS2_LOG', 'all+none', 0);
  return {
    esys: ffi.load({ soname: 'libtss2-esys.so.0', debianPackage: 'libtss2-esys-3.0.2-0' }),
    mu: ffi.load({
      soname: 'libtss2-mu.so.0',
      debianPackage: 'libtss2-mu0 (Debian 13: libtss2-mu-4.0.1-0t64)',
    }),
    tctiLoader: ffi.load({ soname: 'libtss2-tctildr.so.0', debianPackage: 'libtss2-tctildr0' }),
  };
};
