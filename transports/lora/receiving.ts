import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import type { Air } from './air.ts';
import { completeBitmap } from './fragments.ts';
import { type AckRequestFrame, bitmapBytes, type DataFrame, type ParityFrame } from './frame.ts';
import { BROADCAST, type IncomingMessage } from './interface.ts';
import type { RateShift } from './rate-shift.ts';
import type { Reassembly } from './reassembly.ts';
import { snrMargin } from './snr-margin.ts';

export interface Receiving {
  readonly air: Pick<Air, 'acknowledge'>;
  readonly radio: Pick<Radio, 'modulation'>;
  readonly shift: RateShift;
  readonly reassembly: Reassembly;
}

/** Take one piece in: acknowledge at the end of a burst, hand on what became whole. */
export const receivePiece = (
  frame: DataFrame | ParityFrame,
  reception: Reception,
  receiving: Receiving,
): IncomingMessage | null => {
  receiving.shift.heard();
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

/** An acknowledgement of what itself carried one goes alone, to leave others the channel. */
const answer = (
  request: DataFrame | ParityFrame | AckRequestFrame,
  bitmap: number,
  { snrDb }: Reception,
  { air, radio, shift }: Receiving,
): void => {
  const { net, src, dst, seq, last } = request;
  if (dst === BROADCAST) return;
  const { spreadingFactor } = radio.modulation;
  const isFast = shift.isAway;
  air.acknowledge({
    frame: {
      type: 'ack',
      snrMargin: snrMargin(snrDb, spreadingFactor),
      net,
      dst: src,
      seq,
      bitmapBytes: bitmapBytes(last),
      bitmap,
    },
    by: dst,
    asksForMore: bitmap !== completeBitmap(last),
    mayRide: !isFast && !('piggyback' in request),
  });
  if (isFast) shift.back();
};
