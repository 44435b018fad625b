import type { Reception } from '../../drivers/radio/interface.ts';
import type { Air } from './air.ts';
import { completeBitmap } from './fragments.ts';
import {
  type AckRequestFrame,
  bitmapBytes,
  type DataFrame,
  encodeFrame,
  type ParityFrame,
} from './frame.ts';
import { BROADCAST, type IncomingMessage } from './interface.ts';
import type { Reassembly } from './reassembly.ts';
import { snrMargin } from './snr-margin.ts';

export interface Receiving {
  readonly air: Air;
  readonly reassembly: Reassembly;
  readonly spreadingFactor: number;
}

/** Take one piece in: acknowledge at the end of a burst, hand on what became whole. */
export const receivePiece = (
  frame: DataFrame | ParityFrame,
  reception: Reception,
  receiving: Receiving,
): IncomingMessage | null => {
  const accepted = receiving.reassembly.accept(frame, reception.endMs);
  if (accepted === null) return null;
  const { bitmap, message } = accepted;
  if (frame.ackWanted) answer(frame, bitmap, reception, receiving);
  if (message === null) return null;
  const { net, src, dst } = frame;
  const { rssiDbm, snrDb } = reception;
  return { net, src, dst, payload: message, rssiDbm, snrDb };
};

export const receiveAckRequest = (
  request: AckRequestFrame,
  reception: Reception,
  receiving: Receiving,
): void => {
  const bitmap = receiving.reassembly.bitmapOf(request, reception.endMs);
  answer(request, bitmap, reception, receiving);
};

const answer = (
  { net, src, dst, seq, last }: DataFrame | ParityFrame | AckRequestFrame,
  bitmap: number,
  { snrDb }: Reception,
  { air, spreadingFactor }: Receiving,
): void => {
  if (dst === BROADCAST) return;
  const ack = encodeFrame({
    type: 'ack',
    snrMargin: snrMargin(snrDb, spreadingFactor),
    net,
    dst: src,
    seq,
    bitmapBytes: bitmapBytes(last),
    bitmap,
  });
  air.acknowledge(ack, bitmap !== completeBitmap(last));
};
