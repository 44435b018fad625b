import { TiesError } from '../../../protocol/errors.ts';
import type { CFunction, CLibrary } from '../../ffi/interface.ts';

/** More than any TPM structure takes, as a C struct or marshalled. */
const STRUCT_BYTES = 8192;

/**
 * Wire bytes to C structs and back by libtss2-mu, whose functions for all types are alike
 * (tpm2-tss, tss2_mu.h). The structs stay opaque here, so their layout may change between
 * versions of the library.
 */
export class Marshalling {
  readonly #mu: CLibrary;
  readonly #declared = new Map<string, CFunction>();

  constructor(mu: CLibrary) {
    this.#mu = mu;
  }

  /** The C struct of what `wire` is the marshalled form of, e.g. of type `TPM2B_PUBLIC`. */
  struct(type: string, wire: Uint8Array): Uint8Array {
    const struct = new Uint8Array(STRUCT_BYTES);
    const offset = Buffer.alloc(8);
    const unmarshal = this.#function(`Tss2_MU_${type}_Unmarshal`, 'buf');
    const responseCode = unmarshal.call(wire, wire.length, offset, struct);
    if (responseCode !== 0 || Number(offset.readBigUInt64LE()) !== wire.length) {
      throw new TiesError('TPM_REFUSED', `Not a ${type}; check where it comes from.`);
    }
    return struct;
  }

  /** The marshalled form of a C struct that the library allocated. */
  wire(type: string, address: bigint): Uint8Array {
    const wire = new Uint8Array(STRUCT_BYTES);
    const offset = Buffer.alloc(8);
    const marshal = this.#function(`Tss2_MU_${type}_Marshal`, 'addr');
    if (marshal.call(address, wire, wire.length, offset) !== 0) {
      throw new TiesError('TPM_UNAVAILABLE', `The TPM's ${type} is malformed; check its bus.`);
    }
    return wire.slice(0, Number(offset.readBigUInt64LE()));
  }

  #function(name: string, first: 'buf' | 'addr'): CFunction {
    let known = this.#declared.get(name);
    if (!known) {
      known =
        first === 'addr'
          ? this.#mu.declare(name, ['addr', 'buf', 'size', 'buf'])
          : this.#mu.declare(name, ['buf', 'size', 'buf', 'buf']);
      this.#declared.set(name, known);
    }
    return known;
  }
}
