/**
 * What crosses into C: integers, strings, memory of ours (`buf`, filled or read in place), and
 * addresses of memory that is not (`addr`, 64 bits, never followed from here).
 */
export type CType = 'u8' | 'u16' | 'u32' | 'size' | 'cstr' | 'buf' | 'addr';

/** `null` is the null pointer, for `buf` only. */
export type CValue = number | bigint | string | Uint8Array | null;

/** A C function; its result is an integer, and stands for nothing where C returns `void`. */
export interface CFunction {
  call(...args: readonly CValue[]): number;
  /** The same on a thread of the pool; the arguments' memory is held until it returns. */
  callAsync(...args: readonly CValue[]): Promise<number>;
}

export interface CLibrary {
  declare(name: string, args: readonly CType[]): CFunction;
}

/** A shared library and the Debian package that brings it. */
export interface CLibraryName {
  readonly soname: string;
  readonly debianPackage: string;
}

/** A way to call C. Implementations differ in the npm package beneath, and in nothing else. */
export interface Ffi {
  /** Fails with `LIBRARY_MISSING` where the dynamic linker finds no such library. */
  load(library: CLibraryName): CLibrary;
}
