import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type AnyValues, checkValues, decodeBody, encodeBody } from './body.ts';
import { concat, uintBytes } from './bytes.ts';
import { type Fields, u16, u32 } from './fields.ts';
import type { BodyOf, ClearOf, MessageName } from './messages.ts';
import { specOf } from './messages.ts';
import { encodeOpen, type Packet, tagBytes } from './packet.ts';
import type { Secret } from './secret.ts';

/** Where a message stands: it is covered by nonce and associated data, so it cannot be moved. */
export interface Place {
  /** The message's own source and destination; for a ticket these are not the link's. */
  readonly src: number;
  readonly dst: number;
  /** Boot epoch of the sender. */
  readonly epoch: number;
  /** Full counter, also where only its low bits travel. */
  readonly counter: number;
}

export interface Sealable<N extends MessageName> extends Place {
  readonly name: N;
  readonly kid: number;
  readonly clear: ClearOf<N>;
  readonly body: BodyOf<N>;
  /** What `MESSAGES[name].bound` names. */
  readonly bound?: Uint8Array;
}

const CIPHER = 'aes-256-ccm';
/** Outside these a nonce would wrap and stand for another message's. */
const PLACE = { src: u16(), dst: u16(), epoch: u32(), counter: u32() } as const satisfies Fields;

/** 13 bytes: type 1 ‖ src 2 ‖ dst 2 ‖ epoch 4 ‖ ctr 4. Never twice under one key. */
export const nonce = (name: MessageName, place: Place): Uint8Array =>
  concat(
    Uint8Array.of(specOf(name).id),
    uintBytes(place.src, 2),
    uintBytes(place.dst, 2),
    uintBytes(place.epoch, 4),
    uintBytes(place.counter, 4),
  );

const associatedData = (open: Uint8Array, place: Place, bound?: Uint8Array): Uint8Array =>
  concat(open, uintBytes(place.src, 2), uintBytes(place.dst, 2), bound ?? new Uint8Array(0));

/**
 * A whole message under AES-256-CCM (RFC 3610), 8 or 16 bytes of tag as its row says. Throws
 * `TIES_FIELD` on values outside the table, and on a place that no nonce can stand for.
 */
export const seal = <N extends MessageName>(message: Sealable<N>, key: Secret): Uint8Array => {
  checkValues(PLACE, { ...message }, message.name);
  const open = encodeOpen(message, message.clear as AnyValues);
  const plaintext = encodeBody(message.name, message.body as AnyValues);
  const cipher = createCipheriv(CIPHER, key.reveal(), nonce(message.name, message), {
    authTagLength: tagBytes(message.name),
  });
  cipher.setAAD(associatedData(open, message, message.bound), {
    plaintextLength: plaintext.length,
  });
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return concat(open, ciphertext, cipher.getAuthTag());
};

/** The body, or which check failed: `tag` (forged, garbled or another key) or `body` (not as the table says). */
export const open = (
  packet: Packet,
  place: Place,
  key: Secret,
  bound?: Uint8Array,
): AnyValues | 'tag' | 'body' => {
  const tagAt = packet.sealed.length - tagBytes(packet.name);
  const decipher = createDecipheriv(CIPHER, key.reveal(), nonce(packet.name, place), {
    authTagLength: tagBytes(packet.name),
  });
  decipher.setAuthTag(packet.sealed.subarray(tagAt));
  decipher.setAAD(associatedData(packet.open, place, bound), { plaintextLength: tagAt });
  let plaintext: Uint8Array;
  try {
    plaintext = decipher.update(packet.sealed.subarray(0, tagAt));
    decipher.final();
  } catch {
    return 'tag';
  }
  return decodeBody(packet.name, Uint8Array.from(plaintext)) ?? 'body';
};
