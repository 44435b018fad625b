/** TPM_ST (TPM 2.0 Part 2, 6.9). */
export const NO_SESSIONS = 0x8001;
export const SESSIONS = 0x8002;

const HEADER_BYTES = 10;
const SIZE_AT = 2;
const CODE_AT = 6;

const viewOf = (message: Uint8Array): DataView =>
  new DataView(message.buffer, message.byteOffset, message.byteLength);

export const tagOf = (message: Uint8Array): number => viewOf(message).getUint16(0);

/** Command code of a command, response code of a response (Part 1, "Command/Response Structure"). */
export const codeOf = (message: Uint8Array): number => viewOf(message).getUint32(CODE_AT);

/** A message of these parameters, without sessions. */
export const messageOf = (code: number, parameters: Uint8Array = new Uint8Array(0)): Uint8Array => {
  const message = new Uint8Array(HEADER_BYTES + parameters.length);
  const view = viewOf(message);
  view.setUint16(0, NO_SESSIONS);
  view.setUint32(SIZE_AT, message.length);
  view.setUint32(CODE_AT, code);
  message.set(parameters, HEADER_BYTES);
  return message;
};

/** What follows the header. */
export const bodyOf = (message: Uint8Array): Uint8Array => message.subarray(HEADER_BYTES);

/** Cuts a byte stream into TPM messages. */
export class MessageSplitter {
  #pending = new Uint8Array(0);

  /** The messages that `chunk` completes. */
  push(chunk: Uint8Array): Uint8Array[] {
    let rest = new Uint8Array(Buffer.concat([this.#pending, chunk]));
    const whole: Uint8Array[] = [];
    while (rest.length >= HEADER_BYTES) {
      const size = viewOf(rest).getUint32(SIZE_AT);
      if (size < HEADER_BYTES || rest.length < size) break;
      whole.push(rest.slice(0, size));
      rest = rest.slice(size);
    }
    this.#pending = rest;
    return whole;
  }
}
