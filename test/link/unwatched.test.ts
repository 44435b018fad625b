import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { type Medium, simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom, unitInterval } from '../../simulations/seeded-random.ts';
import { loraLink } from '../../transports/lora/link.ts';

const LINKS = 12;
const MESSAGES = 60;
const EVERY_MS = 700;

/** Every frame of links of whom some are out of reach of each other, and some are off. */
const frames = async (watch: (medium: Medium) => unknown): Promise<readonly string[]> => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(3, 'medium'), loss: 0.15 });
  const said: string[] = [];
  medium.sent.subscribe(({ radioId, frame, startMs }) => {
    said.push(`${startMs.toFixed(3)} ${radioId} ${frame.slice(0, 10).join(' ')}`);
  });
  watch(medium);
  const links = Array.from({ length: LINKS }, (_, index) =>
    loraLink({
      radio: medium.join({
        ...{ id: `${index}`, modulation: presets.default },
        position: { x: 12 * index, y: 0 },
      }),
      ...{ clock, random: seededRandom(3, `${index}`), addresses: [index] },
    }),
  );
  for (const index of [4, 9]) links[index]?.close();
  const random = seededRandom(3, 'messages');
  for (let message = 0; message < MESSAGES; message += 1) {
    const src = Math.floor(LINKS * unitInterval(random));
    const dst = message % 9 === 0 ? 0xffff : (src + 1 + (message % 4)) % LINKS;
    const payload = new Uint8Array(20 + 7 * message).fill(message);
    links[src]?.send({ net: 1, src, dst, payload }).subscribe({ error: () => undefined });
    await clock.advance(EVERY_MS * unitInterval(random));
  }
  await clock.advance(120_000);
  return said;
};

test('links say the same whether anybody watches the air or nobody does', async () => {
  const unwatched = await frames(() => undefined);
  expect(unwatched.length).toBeGreaterThan(4 * MESSAGES);
  expect(await frames((medium) => medium.transmissions.subscribe())).toEqual(unwatched);
});
