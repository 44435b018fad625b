import { lastValueFrom } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { HOUR_MS, SlidingHour } from '../lora/duty-cycle.ts';
import { subBandOf } from '../lora/sub-bands.ts';
import type { Channel, TracedFrame } from './frame.ts';
import { PlayedTime } from './played-time.ts';

export interface SayingInput {
  readonly clock: Clock;
  /** Nobody else sends with it meanwhile. */
  readonly radio: Radio;
  readonly frames: AsyncIterable<TracedFrame>;
  /** Told of each frame as it begins. */
  readonly saying?: (traced: TracedFrame, startMs: number) => void;
}

export interface Said {
  readonly frames: number;
  readonly airtimeMs: number;
  /** How long frames waited for the law. */
  readonly waitedMs: number;
  /** Frames on channels on which nobody may send so much, or that no LoRa modem can send. */
  readonly leftOut: number;
}

/**
 * Say all frames of a trace again, as far apart as they were, or later where the radio still says
 * the one before or the hour's airtime in the sub-band is spent (ETSI EN 300 220-2, table B.1).
 * Rejects with what the radio fails with.
 */
export const sayTrace = async ({ clock, radio, frames, saying }: SayingInput): Promise<Said> => {
  const hours = new Map<string, SlidingHour>();
  const own = radio.modulation;
  const said = { frames: 0, airtimeMs: 0, waitedMs: 0, leftOut: 0 };
  const beganMs = clock.now();
  const played = new PlayedTime();
  let originNs: bigint | null = null;
  for await (const traced of worked(clock, frames)) {
    const modulation = modulationOf(own, traced.channel);
    const allowed = modulation === null ? null : allowance(modulation);
    if (modulation === null || allowed === null) {
      said.leftOut += 1;
      continue;
    }
    const lastsMs = airtimeMs(modulation, traced.frame.length);
    originNs ??= traced.atNs - BigInt(Math.round(lastsMs * 1e6));
    const offsetMs = played.of(Number(traced.atNs - originNs) / 1e6 - lastsMs);
    const dueMs = Math.max(clock.now(), beganMs + offsetMs);
    const hour = hours.get(allowed.band) ?? new SlidingHour();
    hours.set(allowed.band, hour);
    const startMs = hour.earliestMs(dueMs, lastsMs, allowed.limitMs);
    said.waitedMs += startMs - dueMs;
    await moment(clock, startMs);
    await tuned(radio, modulation);
    saying?.(traced, clock.now());
    await lastValueFrom(radio.transmit(traced.frame), { defaultValue: null });
    hour.spend(clock.now(), lastsMs);
    said.frames += 1;
    said.airtimeMs += lastsMs;
  }
  return said;
};

/** Reading a file takes none of a virtual clock's time. */
async function* worked<T>(clock: Clock, items: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = items[Symbol.asyncIterator]();
  for (;;) {
    const { done, value } = await clock.work(0, () => iterator.next());
    if (done) return;
    yield value;
  }
}

const moment = (clock: Clock, atMs: number): Promise<void> =>
  new Promise((resolve) => {
    clock.setTimeout(resolve, atMs - clock.now());
  });

/** The channel of a frame, with what its header does not say as the radio has it; or none. */
const modulationOf = (own: Modulation, channel: Channel): Modulation | null => {
  const { codingRateDenominator, ...rest } = channel;
  const { spreadingFactor, bandwidthHz } = rest;
  if (spreadingFactor < 6 || spreadingFactor > 12 || bandwidthHz <= 0) return null;
  return {
    ...own,
    ...rest,
    codingRateDenominator: codingRateDenominator ?? own.codingRateDenominator,
  };
};

const allowance = (modulation: Modulation): { band: string; limitMs: number } | null => {
  try {
    const { name, dutyCycle } = subBandOf(modulation);
    return { band: name, limitMs: dutyCycle * HOUR_MS };
  } catch {
    return null;
  }
};

const tuned = async (radio: Radio, wanted: Modulation): Promise<void> => {
  const keys = Object.keys(wanted) as (keyof Modulation)[];
  if (keys.every((key) => radio.modulation[key] === wanted[key])) return;
  await lastValueFrom(radio.tune(wanted), { defaultValue: null });
};
