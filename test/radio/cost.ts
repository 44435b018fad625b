import { performance } from 'node:perf_hooks';
import type { Radio } from '../../drivers/radio/interface.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { chipRadio } from '../../simulations/sx1276/chip-radio.ts';

/**
 * `npm run bench:radio`: what a radio costs the CPU, without registers and as the driver on the
 * chip model. One radio of ten sends 100 B all the time; then all ten only listen.
 */
const RADIOS = 10;
const SENDING_MS = 60_000;
const IDLE_MS = 60_000;
const modulation = presets.default;

type MakeRadio = (input: {
  readonly id: string;
  readonly clock: HeapClock;
  readonly medium: ReturnType<typeof simulatedMedium>;
}) => Promise<Radio>;

const kinds: Readonly<Record<string, MakeRadio>> = {
  light: async ({ id, medium }) => medium.join({ id, modulation }),
  chip: ({ id, clock, medium }) => {
    const random = seededRandom(1, id);
    const { radio } = chipRadio({ clock, random, antenna: medium.attach({ id }), modulation });
    return clock.settling(radio, 1000);
  },
};

const measured = async (clock: HeapClock, durationMs: number) => {
  const [firedBefore, startMs] = [clock.fired, performance.now()];
  await clock.advance(durationMs);
  return { events: clock.fired - firedBefore, wallMs: performance.now() - startMs };
};

const run = async (make: MakeRadio) => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const radios: Radio[] = [];
  for (let i = 0; i < RADIOS; i += 1) radios.push(await make({ id: `${i}`, clock, medium }));
  let frames = 0;
  let isSending = true;
  const next = (): void => {
    if (!isSending) return;
    radios[0]?.transmit(new Uint8Array(100)).subscribe({
      complete: () => {
        frames += 1;
        next();
      },
    });
  };
  next();
  const sending = await measured(clock, SENDING_MS);
  isSending = false;
  await clock.advance(1000);
  return { frames, sending, idle: await measured(clock, IDLE_MS) };
};

console.log(`${RADIOS} radios, Node ${process.versions.node} on ${process.arch}`);
for (const [kind, make] of Object.entries(kinds)) {
  await run(make);
  const { frames, sending, idle } = await run(make);
  const perFrameUs = (1000 * sending.wallMs) / frames;
  const perSecondUs = (1000 * idle.wallMs) / ((RADIOS * IDLE_MS) / 1000);
  console.log(
    `${kind.padEnd(5)} ${frames} frames to ${RADIOS - 1}: ${perFrameUs.toFixed(0)} µs a frame, ` +
      `${(sending.events / frames).toFixed(0)} events, ` +
      `${((1000 * sending.events) / sending.wallMs).toFixed(0)} events/s; ` +
      `listening ${perSecondUs.toFixed(1)} µs a radio and second`,
  );
}
