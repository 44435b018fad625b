import koffi from 'koffi';
import type { CFunction, CType, CValue, Ffi } from './interface.ts';
import { keeping } from './kept.ts';

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
export const koffiFfi: Ffi = keeping((soname) => {
  const handle = koffi.load(soname);
  return { declare: (name, args) => declare(handle, name, args) };
});
