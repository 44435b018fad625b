import { TiesError } from '../../protocol/errors.ts';

/** A frame of 255 B with all that is told of it needs less than half of this. */
export const MAX_MESSAGE_BYTES = 1024;
const LENGTH_BYTES = 2;

/** A message with its length before it, 16 bits, big-endian. */
export const framed = (message: Uint8Array): Uint8Array => {
  const bytes = new Uint8Array(LENGTH_BYTES + message.length);
  new DataView(bytes.buffer).setUint16(0, message.length);
  bytes.set(message, LENGTH_BYTES);
  return bytes;
};

/** Takes messages out of a stream of bytes; what it keeps is never longer than one of them. */
export class Deframer {
  #rest = new Uint8Array(0);

  /** Messages that are complete now. Throws `AIR_MALFORMED` for a length that no message has. */
  push(chunk: Uint8Array): Uint8Array[] {
    const bytes = new Uint8Array(this.#rest.length + chunk.length);
    bytes.set(this.#rest);
    bytes.set(chunk, this.#rest.length);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (at + LENGTH_BYTES <= bytes.length) {
      const length = new DataView(bytes.buffer).getUint16(at);
      if (length === 0 || length > MAX_MESSAGE_BYTES) throw malformed();
      const end = at + LENGTH_BYTES + length;
      if (end > bytes.length) break;
      messages.push(bytes.subarray(at + LENGTH_BYTES, end));
      at = end;
    }
    this.#rest = bytes.slice(at);
    return messages;
  }
}

export const malformed = (): TiesError =>
  new TiesError(
    'AIR_MALFORMED',
    'What came over the socket is no message of the air: run the same version of ties on both sides.',
  );
