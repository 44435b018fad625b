import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import type { TracedFrame } from './frame.ts';
import { recordedRadio } from './recorded-radio.ts';

const ORIGIN_NS = 1_700_000_000_000_000_000n;
const FAST = { ...presets.default, spreadingFactor: 9 };

/** A radio that is recorded, and another beside it. */
const rig = () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const frames: TracedFrame[] = [];
  const record = (frame: TracedFrame): void => void frames.push(frame);
  const join = () => medium.join({ modulation: presets.default });
  const radio = recordedRadio({
    radio: join(),
    clock,
    originNs: () => ORIGIN_NS,
    sink: { record },
  });
  return { clock, frames, radio, other: join() };
};

test('what it hears and what it sends is recorded as it ends, with strength, channel and time', () => {
  const { clock, frames, radio, other } = rig();
  other.transmit(Uint8Array.of(1, 2, 3)).subscribe();
  clock.runPlain(() => false);
  radio.tune(FAST).subscribe();
  radio.transmit(Uint8Array.of(4)).subscribe();
  clock.runPlain(() => false);
  expect(frames).toEqual([
    {
      ...{ atNs: ORIGIN_NS + 15_488_000n, frame: Uint8Array.of(1, 2, 3), direction: 'received' },
      ...{ rssiDbm: expect.any(Number), snrDb: expect.any(Number), comments: [] },
      channel: expect.objectContaining({ frequencyHz: 869_525_000, spreadingFactor: 7 }),
    },
    {
      ...{ atNs: expect.any(BigInt), frame: Uint8Array.of(4), direction: 'sent' },
      ...{ rssiDbm: null, snrDb: null, comments: [] },
      channel: expect.objectContaining({ spreadingFactor: 9 }),
    },
  ]);
});

test('it is the same radio: it senses, refuses, and ends', async () => {
  const { clock, radio, frames } = rig();
  const faults: string[] = [];
  let activity: unknown;
  radio.senseActivity().subscribe((found) => {
    activity = found;
  });
  clock.runPlain(() => activity !== undefined);
  expect(activity).toMatchObject({ detected: false });
  radio.transmit(new Uint8Array(9)).subscribe({ error: ({ code }) => faults.push(code) });
  radio.close();
  expect(faults).toEqual(['RADIO_CLOSED']);
  expect(frames.map(({ comments }) => comments)).toEqual([['not sent, or cut off: RADIO_CLOSED']]);
});
