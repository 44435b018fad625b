import koffi from 'koffi';
import { TiesError } from '../../protocol/errors.ts';
import type { CFunction, CLibrary, CLibraryName, CType, CValue, Ffi } from './interface.ts';

const TYPES: Readonly<Record<CType, string>> = {
  u8: 'uint8_t',
  u16: 'uint16_t',
  u32: 'uint32_t',
  size: 'size_t',
  cstr: 'const char *',
  buf: 'void *',
  addr: 'uintptr_t',
};

type Handle = ReturnType<typeof koffi.load>;

/**
 * Every library for the life of the process: koffi unloads one on garbage collection, and
 * libtss2-tctildr holds the code of the TCTI it loaded.
 */
const loaded = new Map<string, Handle>();

const open = ({ soname, debianPackage }: CLibraryName): Handle => {
  const known = loaded.get(soname);
  if (known) return known;
  try {
    const handle = koffi.load(soname);
    loaded.set(soname, handle);
    return handle;
  } catch (cause) {
    throw new TiesError(
      'LIBRARY_MISSING',
      `${soname} is not installed; type: sudo apt-get install ${debianPackage}`,
      { cause },
    );
  }
};

const declare = (handle: Handle, name: string, args: readonly CType[]): CFunction => {
  const native = handle.func(
    name,
    'uint32_t',
    args.map((type) => TYPES[type]),
  );
  return {
    call: (...values) => native(...values) as number,
    callAsync: (...values: readonly CValue[]) =>
      new Promise<number>((resolve, reject) => {
        native.async(...values, (error: unknown, result: number) => {
          // `values` is named here so that its buffers outlive the call.
          if (error) reject(new Error(`${name}(${values.length} arguments)`, { cause: error }));
          else resolve(result);
        });
      }),
  };
};

/** Calls through koffi, which has prebuilt binaries for every Raspberry Pi. */
export const koffiFfi: Ffi = {
  load(library): CLibrary {
    const handle = open(library);
    return { declare: (name, args) => declare(handle, name, args) };
  },
};
