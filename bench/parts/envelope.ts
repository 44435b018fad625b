import { createCipheriv, createDecipheriv } from 'node:crypto';
import { open, seal } from '../../protocol/envelope.ts';
import { type Packet, parsePacket } from '../../protocol/packet.ts';
import { Secret } from '../../protocol/secret.ts';
import type { Part } from './part.ts';
import { timed } from './timed.ts';

const BYTES = 24;
const KEY = new Uint8Array(32).fill(7);
const NONCE = new Uint8Array(13);
const TAG = { authTagLength: 8 };
const place = { src: 2, dst: 3, epoch: 1, counter: 5 };

/** A reading, beside AES-256-CCM alone, without associated data. */
export const envelope = async (): Promise<Part[]> => {
  const body = { payload: new Uint8Array(BYTES).fill(1) };
  const key = new Secret(KEY);
  const message = { ...place, name: 'data', kid: 0, clear: {}, body } as const;
  const sealed = seal(message, key);
  const packet = parsePacket(sealed) as Packet;
  const cipherOf = (): Buffer => {
    const cipher = createCipheriv('aes-256-ccm', KEY, NONCE, TAG);
    const text = cipher.update(body.payload);
    cipher.final();
    return Buffer.concat([text, cipher.getAuthTag()]);
  };
  const text = cipherOf();
  const decipher = (): Buffer => {
    const opening = createDecipheriv('aes-256-ccm', KEY, NONCE, TAG);
    opening.setAuthTag(text.subarray(BYTES));
    const plain = opening.update(text.subarray(0, BYTES));
    opening.final();
    return plain;
  };
  return [
    await timed('seal a reading of 24 B', {
      'AES-256-CCM alone': cipherOf,
      seal: () => seal(message, key),
    }),
    await timed('open it', {
      'AES-256-CCM alone': decipher,
      'parse and open': () => open(parsePacket(sealed) as Packet, place, key),
      open: () => open(packet, place, key),
    }),
  ];
};
