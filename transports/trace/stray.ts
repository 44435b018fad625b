import type { AckFrame } from '../lora/frame.ts';
import type { TracedFrame } from './frame.ts';
import type { PartyNames } from './party-names.ts';

/** MHDR, bits 7 to 5 (LoRaWAN L2 1.0.4, §4.2.1). */
const LORAWAN_TYPES = [
  ...['join request', 'join accept', 'unconfirmed up', 'unconfirmed down'],
  ...['confirmed up', 'confirmed down', 'rejoin request', 'proprietary'],
];
const LORAWAN_SYNC_WORD = 0x34;

export const isLoRaWan = ({ channel }: TracedFrame): boolean =>
  channel.syncWord === LORAWAN_SYNC_WORD;

/** A frame that is none of TIES. */
export const foreignFrame = (traced: TracedFrame): string => {
  const [first] = traced.frame;
  if (first === undefined) return 'an empty frame';
  return isLoRaWan(traced) ? `LoRaWAN ${LORAWAN_TYPES[first >> 5]}` : 'a frame that is not of TIES';
};

export const strayAck = ({ dst, seq }: AckFrame, names: PartyNames): string =>
  `acknowledgement to ${names.of(dst)} of number ${seq}, which was not heard`;
