import { presets } from '../../protocol/lora/presets.ts';
import { linkCourier } from './link-courier.ts';
import { series } from './series.ts';

/** Of one frame, which nothing but silence tells about, and of three. */
const SIZES = [30, 600];

export interface HalfLost {
  readonly bytes: number;
  readonly messages: number;
  readonly lost: number;
  readonly meanMs: number;
  readonly p99Ms: number;
}

/** Messages where half of all frames are lost. */
export const halfLost = (messages: number): HalfLost[] =>
  SIZES.map((bytes) => {
    const modulation = presets.default;
    const run = series({ courier: linkCourier, modulation, bytes, loss: 0.5, messages });
    return { bytes, messages, lost: messages - run.delivered, ...run };
  });
