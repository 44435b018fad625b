import { createRequire } from 'node:module';
import { TiesError } from '../../protocol/errors.ts';
import type { CFunction, CType, CValue, Ffi } from './interface.ts';
import { keeping } from './kept.ts';

/** An address is an integer here: ffi-napi takes 4 ms to make a pointer of one it has not seen. */
const TYPES: Readonly<Record<CType, string>> = {
  u8: 'uint8',
  u16: 'uint16',
  u32: 'uint32',
  size: 'size_t',
  cstr: 'string',
  buf: 'pointer',
  addr: 'uint64',
};

type Argument = number | string | Buffer | null;
type Callback = (error: unknown, result: number) => void;

interface Native {
  (...args: readonly Argument[]): number;
  async(...args: readonly (Argument | Callback)[]): void;
}

interface Handle {
  get(symbol: string): Buffer;
}

/** What is called of ffi-napi, which has no types of its own. */
interface FfiNapi {
  DynamicLibrary(path: string, mode: number): Handle;
  ForeignFunction(address: Buffer, result: string, args: readonly string[]): Native;
  readonly RTLD_NOW: number;
}

const require = createRequire(import.meta.url);

/** Tried, not looked for: where its binary fits neither machine nor Node, its folder is there all the same. */
const ffiNapi = (): FfiNapi => {
  try {
    return require('ffi-napi');
  } catch (cause) {
    throw new TiesError(
      'FFI_MISSING',
      'ffi-napi does not load here; build it with g++, make and python3 by typing: ' +
        'npm run ffi-napi; or use koffi, the default',
      { cause },
    );
  }
};

/** The same memory as a Buffer, and 64 bits as digits: it knows neither Uint8Array nor bigint. */
const argument = (value: CValue): Argument => {
  if (typeof value === 'bigint') return value.toString();
  if (!(value instanceof Uint8Array) || Buffer.isBuffer(value)) return value;
  return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
};

const declare = (
  ffi: FfiNapi,
  address: Buffer,
  { name, args }: { name: string; args: readonly CType[] },
): CFunction => {
  const types = args.map((type) => TYPES[type]);
  const native = ffi.ForeignFunction(address, 'uint32', types);
  return {
    call: (...values) => native(...values.map(argument)),
    callAsync: (...values: readonly CValue[]) =>
      new Promise<number>((resolve, reject) => {
        native.async(...values.map(argument), (error: unknown, result: number) => {
          // `values` is named here so that its buffers outlive the call.
          if (error) reject(new Error(`${name}(${values.length} arguments)`, { cause: error }));
          else resolve(result);
        });
      }),
  };
};

/** Calls through ffi-napi, an optional dependency; `FFI_MISSING` where it does not load. */
export const ffiNapiFfi: Ffi = keeping((soname) => {
  const ffi = ffiNapi();
  const handle = ffi.DynamicLibrary(soname, ffi.RTLD_NOW);
  return { declare: (name, args) => declare(ffi, handle.get(name), { name, args }) };
});
