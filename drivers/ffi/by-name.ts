import { ffiNapiFfi } from './ffi-napi.ts';
import type { Ffi } from './interface.ts';
import { koffiFfi } from './koffi.ts';

/** As `tpm.ffi` in a role names them. */
export type FfiName = 'koffi' | 'ffi-napi';

export const ffiByName: Readonly<Record<FfiName, Ffi>> = {
  koffi: koffiFfi,
  'ffi-napi': ffiNapiFfi,
};
