import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { MAX_FRAME_BYTES } from '../../protocol/lora/modulation.ts';
import type { Channel } from './frame.ts';

/** What LoRaTap 0 does not say is as the presets have it. */
const USUAL = { codingRateDenominator: 5, preambleSymbols: 8, powerDbm: 0 } as const;
/** As far as frames of these are met again and again. */
const MAX_KNOWN_HZ = 500_000;

/** Times on air of a trace's frames, each worked out once. */
export class Airtimes {
  readonly #known = new Map<number, number>();

  /** 0 where the header says what no LoRa modem does. */
  of(channel: Channel, lengthBytes: number): number {
    const { spreadingFactor, bandwidthHz, codingRateDenominator } = channel;
    if (spreadingFactor < 5 || spreadingFactor > 12 || bandwidthHz <= 0) return 0;
    const rate = codingRateDenominator ?? USUAL.codingRateDenominator;
    const shape = (bandwidthHz * 16 + spreadingFactor) * 16 + rate;
    const key = shape * (MAX_FRAME_BYTES + 1) + lengthBytes;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const ms = airtimeMs({ ...USUAL, ...channel, codingRateDenominator: rate }, lengthBytes);
    if (bandwidthHz <= MAX_KNOWN_HZ && lengthBytes <= MAX_FRAME_BYTES) this.#known.set(key, ms);
    return ms;
  }
}
