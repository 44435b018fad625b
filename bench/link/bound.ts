import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { MAX_FRAME_BYTES, type Modulation } from '../../protocol/lora/modulation.ts';

/** An acknowledgement can hardly be shorter. */
const LEAST_ACK_BYTES = 4;

/**
 * Least time in which so many bytes and one acknowledgement can be on the air: no headers, no gaps,
 * and frames cut where the airtime of them all is least.
 */
export const boundMs = (bytes: number, modulation: Modulation): number => {
  const least = [0];
  for (let total = 1; total <= bytes; total += 1) {
    const lengths = Array.from({ length: Math.min(total, MAX_FRAME_BYTES) }, (_, i) => i + 1);
    least[total] = Math.min(
      ...lengths.map((length) => (least[total - length] as number) + airtimeMs(modulation, length)),
    );
  }
  return (least[bytes] as number) + airtimeMs(modulation, LEAST_ACK_BYTES);
};
