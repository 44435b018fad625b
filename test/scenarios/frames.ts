import { type MessageName, messageById } from '../../protocol/messages.ts';
import type { Transmission } from '../../simulations/medium/transmission.ts';
import type { WorldOptions } from '../../simulations/world.ts';
import { type DataFrame, decodeFrame } from '../../transports/lora/frame.ts';
import { Reassembly } from '../../transports/lora/reassembly.ts';

/** A whole message as an eavesdropper has it, with the frames that brought it. */
export interface Overheard {
  readonly name: MessageName | null;
  readonly net: number;
  readonly src: number;
  readonly dst: number;
  readonly payload: Uint8Array;
  readonly frames: readonly Uint8Array[];
}

export const nameOf = (payload: Uint8Array): MessageName | null =>
  payload[0] === undefined ? null : messageById(payload[0] & 0x3f);

/** Puts together what an eavesdropper hears, frame by frame. */
export class Eavesdropper {
  readonly messages: Overheard[] = [];
  readonly #reassembly = new Reassembly({ memoryMs: 30_000, wrapMs: 30_000 });
  readonly #parts = new Map<string, Map<number, Uint8Array>>();

  hear(bytes: Uint8Array, atMs: number): Overheard | null {
    const frame = decodeFrame(bytes);
    if (frame?.type !== 'data') return null;
    const accepted = this.#reassembly.accept(frame, atMs);
    const frames = this.#collect(frame, bytes);
    if (accepted === null || accepted.message === null) return null;
    const { message } = accepted;
    const { net, src, dst } = frame;
    const overheard = { name: nameOf(message), net, src, dst, payload: message, frames };
    this.messages.push(overheard);
    return overheard;
  }

  #collect({ src, dst, seq, index, last }: DataFrame, bytes: Uint8Array): Uint8Array[] {
    const key = `${src} ${dst} ${seq} ${last}`;
    const parts = this.#parts.get(key) ?? new Map<number, Uint8Array>();
    this.#parts.set(key, parts.set(index, bytes));
    return [...parts.entries()].toSorted(([a], [b]) => a - b).map(([, part]) => part);
  }
}

export const overheardIn = (transmissions: readonly Transmission[]): readonly Overheard[] => {
  const eavesdropper = new Eavesdropper();
  for (const { frame, endMs } of transmissions) eavesdropper.hear(frame, endMs);
  return eavesdropper.messages;
};

/** The message that a frame begins, or null. */
export const beginningOf = (bytes: Uint8Array): MessageName | null => {
  const frame = decodeFrame(bytes);
  return frame?.type === 'data' && frame.index === 0 ? nameOf(frame.payload) : null;
};

/** Longer than the link tries to reach somebody who is silent (`giveUpMs` of the preset). */
export const LINK_GIVEN_UP_MS = 8_000;

/**
 * Loses a message of these names for `forMs` from its first appearance: longer than the link
 * tries, so that the protocol above has to mend it.
 */
export const losing = (
  names: readonly MessageName[],
  forMs = LINK_GIVEN_UP_MS,
): NonNullable<WorldOptions['lose']> => {
  let firstMs: number | null = null;
  return ({ frame, startMs }) => {
    const name = beginningOf(frame);
    if (name === null || !names.includes(name)) return false;
    firstMs ??= startMs;
    return startMs - firstMs < forMs;
  };
};
