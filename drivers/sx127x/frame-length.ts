import { TiesError } from '../../protocol/errors.ts';
import { MAX_FRAME_BYTES } from '../../protocol/lora/modulation.ts';
import type { Settings } from './settings.ts';

/** Throws `RADIO_FRAME_LENGTH` for a frame that the chip, or its header, cannot carry. */
export const requireLength = ({ length }: Uint8Array, { implicitLengthBytes }: Settings): void => {
  if (implicitLengthBytes !== null && length !== implicitLengthBytes) {
    throw new TiesError(
      'RADIO_FRAME_LENGTH',
      `Without a header all frames have ${implicitLengthBytes} B, this one ${length}: pad it, or let the link fragment it.`,
    );
  }
  if (length >= 1 && length <= MAX_FRAME_BYTES) return;
  throw new TiesError(
    'RADIO_FRAME_LENGTH',
    `A LoRa frame has 1 to ${MAX_FRAME_BYTES} B, this one ${length}: let the link fragment it.`,
  );
};
