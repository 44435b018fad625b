import { presets } from '../../protocol/lora/presets.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { loraLink } from '../../transports/lora/link.ts';
import type { Part } from './part.ts';

const SIZES = [10, 100, 1000];
const MESSAGES = 200;
const BATCHES = 5;
/** What 1,000 nodes come to that send every ten minutes. */
const EVERY_MS = 600;
/** A reading in its envelope. */
const BYTES = 56;

const cpuNs = (): number => {
  const { user, system } = process.cpuUsage();
  return 1000 * (user + system);
};

/** Each tells the next but two, so that all speak and listen alike. */
const perMessage = (links: number): number => {
  const clock = new HeapClock();
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium') });
  const all = Array.from({ length: links }, (_, index) =>
    loraLink({
      ...{ radio: medium.join({ modulation: presets.default }), clock },
      ...{ random: seededRandom(1, `${index}`), addresses: [index + 1], dutyCycle: 'unlimited' },
    }),
  );
  const payload = new Uint8Array(BYTES);
  let [next, delivered] = [0, 0];
  const say = (): void => {
    const [from, to] = [next % links, (next + 3) % links];
    next += 1;
    all[from]?.send({ net: 1, src: from + 1, dst: to + 1, payload }).subscribe(() => {
      delivered += 1;
    });
  };
  const batch = (): number => {
    const before = cpuNs();
    for (let message = 0; message < MESSAGES; message += 1) {
      say();
      clock.runPlain(() => false, clock.now() + EVERY_MS);
    }
    return (cpuNs() - before) / MESSAGES;
  };
  batch();
  const took = Math.min(...Array.from({ length: BATCHES }, batch));
  if (delivered !== next) throw new Error(`${next - delivered} of ${next} messages did not arrive`);
  return took;
};

/** What an acknowledged frame costs by how many links are in reach of it, on one channel. */
export const neighbours = async (): Promise<Part[]> => [
  {
    ...{ title: `a message of ${BYTES} B among so many links in reach, CPU`, skipped: null },
    figures: SIZES.map((links) => ({
      ...{ name: `${links} links`, median: perMessage(links), unit: 'ns' },
    })),
  },
];
