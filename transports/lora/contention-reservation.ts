import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { ackBytes, type Frame } from './frame.ts';
import type { Timing } from './timing.ts';

/**
 * How long after its end a frame keeps the channel for what belongs to it, though nothing is on
 * the air at first: an acknowledgement, or the next fragment. Who sends in that gap spoils both
 * (virtual carrier sense, IEEE 802.11 §10.3.2).
 */
export const reservedMs = (
  frame: Frame,
  modulation: Modulation,
  { slotMs, guardMs }: Pick<Timing, 'slotMs' | 'guardMs'>,
): number => {
  switch (frame.type) {
    case 'data':
    case 'parity':
      return frame.ackWanted ? guardMs + airtimeMs(modulation, ackBytes(frame.last)) : slotMs;
    case 'ackRequest':
      return guardMs + airtimeMs(modulation, ackBytes(frame.last));
    case 'announce':
    case 'ack':
      return slotMs;
  }
};
