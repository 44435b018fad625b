import { TiesError } from '../../protocol/errors.ts';
import type { CFunction, CLibrary, Ffi } from './interface.ts';

/** A function is looked up once, which takes ffi-napi 4 ms. */
const keepingFunctions = (library: CLibrary): CLibrary => {
  const kept = new Map<string, CFunction>();
  return {
    declare: (name, args) => {
      const signature = `${name}(${args})`;
      const known = kept.get(signature) ?? library.declare(name, args);
      kept.set(signature, known);
      return known;
    },
  };
};

/**
 * Keeps what it opens for the life of the process: koffi unloads a library on garbage collection,
 * and libtss2-tctildr holds the code of the TCTI it loaded.
 */
export const keeping = (open: (soname: string) => CLibrary): Ffi => {
  const kept = new Map<string, CLibrary>();
  return {
    load: ({ soname, debianPackage }) => {
      const known = kept.get(soname);
      if (known) return known;
      try {
        const library = keepingFunctions(open(soname));
        kept.set(soname, library);
        return library;
      } catch (cause) {
        if (cause instanceof TiesError) throw cause;
        throw new TiesError(
          'LIBRARY_MISSING',
          `${soname} is not installed; type: sudo apt-get install ${debianPackage}`,
          { cause },
        );
      }
    },
  };
};
