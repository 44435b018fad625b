import { z } from 'zod';
import { type PresetName, presets } from '../../protocol/lora/presets.ts';
import { loraLink } from '../../transports/lora/link.ts';
import { HeapClock } from '../heap-clock.ts';
import { simulatedMedium } from '../medium/medium.ts';
import { seededRandom } from '../seeded-random.ts';
import { scenario } from '../sweep/scenario.ts';
import { type ExchangeName, exchanges, type Leg } from './exchanges.ts';
import { frameMj } from './radio-energy.ts';

const LIMIT_MS = 3_600_000;
/** A message that the link gave up is handed to it again, as every one of these protocols does. */
const RETRY_MS = 1_000;
const PARTIES = { A: 1, S: 2, B: 3 } as const;

/** Messages of given lengths between three radios side by side, over the link as shipped. */
export const exchangeScenario = scenario({
  about:
    'Messages of documented sizes, one after the other, over our own link between radios side by side; the next begins when the last was acknowledged.',
  parameters: z.strictObject({
    exchange: z.enum(Object.keys(exchanges) as [ExchangeName, ...ExchangeName[]]),
    preset: z.enum(Object.keys(presets) as [PresetName, ...PresetName[]]).default('default'),
    loss: z.number().min(0).max(0.9).default(0),
  }),
  outputs: {
    ms: {
      unit: 'ms',
      about: 'From the beginning to the last message being acknowledged, TPMs included.',
    },
    linkMs: { unit: 'ms', about: 'The same without TPMs.' },
    messageBytes: { unit: 'B', about: 'Of the messages, before link headers.' },
    airBytes: { unit: 'B', about: 'Of all frames, acknowledgements and repetitions included.' },
    frames: { unit: '', about: 'All of them.' },
    airtimeMs: { unit: 'ms', about: 'Of these frames.' },
    energyMj: {
      unit: 'mJ',
      about: 'What the radios of sender and receiver drew during these frames, by the data sheet.',
    },
  },
  run: async ({ exchange, preset, loss }, { seed }) => {
    const legs: readonly Leg[] = exchanges[exchange];
    const [clock, modulation] = [new HeapClock(), presets[preset]];
    const medium = simulatedMedium({ clock, random: seededRandom(seed, 'medium'), loss });
    const air = { frames: 0, bytes: 0, airtimeMs: 0 };
    medium.sent.subscribe(({ frame, airtimeMs }) => {
      air.frames += 1;
      air.bytes += frame.length;
      air.airtimeMs += airtimeMs;
    });
    const links = Object.fromEntries(
      Object.entries(PARTIES).map(([name, address]) => [
        name,
        loraLink({
          ...{ radio: medium.join({ modulation }), clock, addresses: [address] },
          random: seededRandom(seed, `link ${name}`),
          dutyCycle: 'unlimited',
        }),
      ]),
    ) as Record<keyof typeof PARTIES, ReturnType<typeof loraLink>>;
    let done = false;
    const send = (at: number): void => {
      const leg = legs[at];
      if (leg === undefined) {
        done = true;
        return;
      }
      const message = { net: 1, src: PARTIES[leg.from], dst: PARTIES[leg.to] };
      const attempt = (): void => {
        const payload = new Uint8Array(leg.bytes).fill(at + 1);
        links[leg.from].send({ ...message, payload }).subscribe({
          error: () => clock.setTimeout(attempt, RETRY_MS),
          complete: () => send(at + 1),
        });
      };
      clock.setTimeout(attempt, leg.tpmMs ?? 0);
    };
    send(0);
    const isOver = clock.runPlain(() => done, LIMIT_MS);
    const tpmMs = legs.reduce((sum, leg) => sum + (leg.tpmMs ?? 0), 0);
    return {
      ms: isOver ? clock.now() : null,
      linkMs: isOver ? clock.now() - tpmMs : null,
      messageBytes: legs.reduce((sum, { bytes }) => sum + bytes, 0),
      airBytes: air.bytes,
      frames: air.frames,
      airtimeMs: air.airtimeMs,
      energyMj: frameMj(air.airtimeMs),
    };
  },
});
