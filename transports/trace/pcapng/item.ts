import type { Direction } from '../frame.ts';

/** A packet of a capture file, of whatever link type; its bytes are those of the file. */
export interface Packet {
  readonly kind: 'packet';
  /** Nanoseconds since 1970; null where the file does not say. */
  readonly atNs: bigint | null;
  readonly linkType: number;
  readonly bytes: Uint8Array;
  /** How many bytes of it were not captured. */
  readonly missingBytes: number;
  readonly direction: Direction;
  readonly comments: readonly string[];
}

/** Something in a file that cannot be read, and what is done about it. */
export interface Trouble {
  readonly kind: 'trouble';
  readonly atByte: number;
  readonly what: string;
}

export type Item = Packet | Trouble;

/** Takes the bytes of a file in order. */
export interface Decoder {
  /**
   * Take what is whole of `bytes`, which stand at `atByte` of the file. Returns how many are done
   * with; the others come again, with more.
   */
  decode(bytes: Uint8Array, atByte: number, emit: (item: Item) => void): number;
  /** How many bytes it takes to go on. */
  readonly needed: number;
}

export const trouble = (atByte: number, what: string): Trouble => ({
  kind: 'trouble',
  atByte,
  what,
});
