import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { loraLink } from '../../transports/lora/link.ts';

const ASKED_BYTES = 28;
const ANSWERED_BYTES = 29;

/** All ask the same one at the same moment, and it answers each: for how long, and after how many frames. */
const storm = (nodes: number) => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const result = { answered: 0, frames: 0, forEachMs: 0 };
  medium.sent.subscribe(() => {
    result.frames += 1;
  });
  const [center, ...others] = Array.from({ length: 1 + nodes }, (_, address) => {
    const radio = medium.join({ modulation: presets.default });
    const random = seededRandom(1, `node ${address}`);
    const link = loraLink({ radio, clock, random, addresses: [address], dutyCycle: 'unlimited' });
    return { address, link };
  });
  const say = (src: number, dst: number, bytes: number): void => {
    const message = { net: 1, src, dst, payload: new Uint8Array(bytes), priority: 1 };
    const link = (src === 0 ? center : others[src - 1])?.link;
    link
      ?.send(message)
      .subscribe({ error: () => clock.setTimeout(() => say(src, dst, bytes), 3000) });
  };
  center?.link.messages.subscribe(({ src }) =>
    clock.setTimeout(() => say(0, src, ANSWERED_BYTES), 30),
  );
  for (const { address, link } of others) {
    link.messages.subscribe(() => {
      result.answered += 1;
    });
    say(address, 0, ASKED_BYTES);
  }
  clock.runPlain(() => result.answered >= nodes || clock.now() > 2000 * nodes);
  for (const { link } of [...others, ...(center ? [center] : [])]) link.close();
  return { ...result, forEachMs: clock.now() / nodes };
};

test('a hundred that ask at one moment take hardly longer for each than ten do', () => {
  const [few, many] = [storm(10), storm(100)];
  expect([few.answered, many.answered]).toEqual([10, 100]);
  expect(many.forEachMs).toBeLessThan(1.6 * few.forEachMs);
  expect(many.frames / 100).toBeLessThan(1.6 * (few.frames / 10));
});
