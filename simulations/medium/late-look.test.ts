import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Reception } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { memoryMs } from '../../transports/lora/heard.ts';
import { HeapClock } from '../heap-clock.ts';
import { seededRandom } from '../seeded-random.ts';
import { type Medium, simulatedMedium } from './medium.ts';
import { gilbertElliott } from './noise-bursts.ts';
import { gradualFloor } from './packet-error.ts';
import type { SimulatedRadio } from './radio.ts';

const RADIOS = 6;
const SPREAD_M = 40;

/** What one radio does at a moment; a frame is for whoever has the number `to`. */
interface Act {
  readonly afterMs: number;
  readonly radio: number;
  readonly what: 'send' | 'sense' | 'tune' | 'look';
  readonly to: number;
  readonly bytes: number;
}

const act = fc.record<Act>({
  afterMs: fc.integer({ min: 0, max: 90 }),
  radio: fc.nat(RADIOS - 1),
  what: fc.constantFrom('send', 'send', 'send', 'send', 'sense', 'tune', 'look'),
  to: fc.nat(RADIOS - 1),
  bytes: fc.integer({ min: 8, max: 60 }),
});

interface Run {
  /** By radio, what it remembers in the end. */
  readonly heard: readonly (readonly string[])[];
  /** By radio, what it was told at once of what it attends to. */
  readonly attended: readonly (readonly string[])[];
  readonly sensed: readonly string[];
}

const toText = ({ frame, startMs, endMs, rssiDbm }: Reception): string =>
  `${frame[6]} ${startMs.toFixed(3)} ${endMs.toFixed(3)} ${rssiDbm.toFixed(2)}`;

const frameOf = ({ to, radio, bytes }: Act, number: number): Uint8Array => {
  const frame = new Uint8Array(bytes);
  frame.set([0b01_000_000, 0, 0, to, 0, radio, number]);
  return frame;
};

/** The same acts, with all radios watched or none of them. */
const live = async (
  script: readonly Act[],
  watch: (medium: Medium, radios: readonly SimulatedRadio[]) => void,
): Promise<Run> => {
  const clock = new HeapClock();
  const random = seededRandom(7, 'medium');
  const bursts = { meanQuietMs: 300, meanBurstMs: 10, powerDbm: -100 };
  const medium = simulatedMedium({
    ...{ clock, random, loss: 0.2, packetErrors: gradualFloor },
    noiseBursts: gilbertElliott({ random: seededRandom(7, 'bursts'), ...bursts }),
  });
  const place = (index: number) => ({ x: SPREAD_M * index, y: 0 });
  const radios = Array.from(
    { length: RADIOS },
    (_, index) =>
      medium.join({
        id: `${index}`,
        modulation: presets.paper,
        position: place(index),
      }) as SimulatedRadio,
  );
  const attended = radios.map(() => [] as string[]);
  const sensed: string[] = [];
  radios.forEach((radio, index) => {
    const attention = { to: new Set([index]), from: new Set(index < 2 ? [2] : []) };
    radio.hearing.attend(attention).subscribe((reception) => {
      attended[index]?.push(`${clock.now()} ${toText(reception)}`);
    });
  });
  const look = ({ hearing, modulation }: SimulatedRadio): readonly Reception[] =>
    hearing.since(clock.now() - memoryMs(modulation));
  watch(medium, radios);
  for (const [number, act] of script.entries()) {
    await clock.advance(act.afterMs);
    const radio = radios[act.radio] as SimulatedRadio;
    const ignored = { error: () => undefined };
    if (act.what === 'send') radio.transmit(frameOf(act, number)).subscribe(ignored);
    else if (act.what === 'look') look(radio);
    else if (act.what === 'sense')
      radio.senseActivity().subscribe({
        ...ignored,
        next: (activity) => sensed.push(`${number} ${JSON.stringify(activity)}`),
      });
    else if (act.what === 'tune') {
      const spreadingFactor = radio.modulation.spreadingFactor === 7 ? 8 : 7;
      radio.tune({ ...presets.paper, spreadingFactor }).subscribe(ignored);
    }
  }
  await clock.advance(1_000);
  return { heard: radios.map((radio) => look(radio).map(toText)), attended, sensed };
};

const watchers: readonly Parameters<typeof live>[1][] = [
  (medium) => medium.transmissions.subscribe(),
  (_, radios) => {
    for (const { receptions } of radios) receptions.subscribe();
  },
  (_, radios) => radios[2]?.receptions.subscribe(),
];

test('what a radio hears is all one, whoever watches and however late it looks', async () => {
  let heard = 0;
  const script = fc.array(act, { minLength: 40, maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(script, async (acts) => {
      const unwatched = await live(acts, () => undefined);
      for (const watch of watchers) expect(await live(acts, watch)).toEqual(unwatched);
      heard += unwatched.heard.flat().length;
    }),
    { numRuns: 20 },
  );
  expect(heard).toBeGreaterThan(100);
});

test('nothing is lost where the channel is not quiet for longer than a radio remembers', async () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const ended: number[] = [];
  medium.sent.subscribe(({ radioId, endMs }) => {
    if (radioId === 'near') ended.push(endMs);
  });
  const radio = medium.join({ modulation: presets.paper }) as SimulatedRadio;
  for (const [id, x] of [
    ['near', 10],
    ['out of reach', 10_000],
  ] as const) {
    const antenna = medium.attach({ id, position: { x, y: 0 } });
    const say = (): void => {
      antenna.transmit(new Uint8Array(255), presets.paper, () => clock.setTimeout(say, 50));
    };
    say();
    await clock.advance(200);
  }
  const longMs = memoryMs(presets.paper);
  await clock.advance(2.5 * longMs);
  const sinceMs = clock.now() - longMs;
  const heard = radio.hearing.since(sinceMs).map(({ endMs }) => endMs);
  expect(heard).toEqual(ended.filter((endMs) => endMs > sinceMs));
  expect(heard.length).toBeGreaterThan(10);
});

test('what was sent before its sender moved was sent from where it was', async () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const mover = medium.attach({ id: 'mover' });
  const radio = medium.join({ modulation: presets.paper }) as SimulatedRadio;
  mover.transmit(new Uint8Array(10), presets.paper, () => {});
  await clock.advance(1_000);
  mover.moveTo({ x: 1e6, y: 0 });
  expect(radio.hearing.since(-1)).toHaveLength(1);
});

test('who begins to hear everything is not told of what was before', async () => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const [radio, other] = ['radio', 'other'].map((id) =>
    medium.join({ id, modulation: presets.paper }),
  );
  const heard: number[] = [];
  for (const length of [8, 9]) {
    other?.transmit(new Uint8Array(length)).subscribe();
    await clock.advance(1_000);
    if (length === 8) radio?.receptions.subscribe(({ frame }) => heard.push(frame.length));
  }
  expect(heard).toEqual([9]);
});
