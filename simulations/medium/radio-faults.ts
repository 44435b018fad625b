import { TiesError } from '../../protocol/errors.ts';
import { MAX_FRAME_BYTES } from '../../protocol/lora/modulation.ts';

export const closedFault = (): TiesError =>
  new TiesError('RADIO_CLOSED', 'The radio is closed: open it again to use it.');

export const busyFault = (doing: string): TiesError =>
  new TiesError('RADIO_BUSY', `The radio is ${doing}: wait until it listens.`);

/** Throws `RADIO_FRAME_LENGTH`. */
export const requireLength = ({ length }: Uint8Array): void => {
  if (length >= 1 && length <= MAX_FRAME_BYTES) return;
  throw new TiesError(
    'RADIO_FRAME_LENGTH',
    `A LoRa frame has 1 to ${MAX_FRAME_BYTES} B, this one ${length}: let the link fragment it.`,
  );
};
