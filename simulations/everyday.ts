import { readUint } from '../protocol/bytes.ts';
import { encodeReading } from '../protocol/reading.ts';
import { seededRandom } from './seeded-random.ts';
import { syntheticSensor } from './synthetic-sensor.ts';
import type { World } from './world.ts';

/** Between two readings of a node. */
const INTERVAL_MS = 10_000;

/**
 * What a network does once all have joined: each node sends its peer what it measures, again and
 * again, each at a moment of its own.
 */
export const everyday = (world: World): void => {
  const names = world.nodeNames.filter((name) => world.hasJoined(name));
  for (const [index, name] of names.entries()) {
    const peer = world.address(names[(index + 1) % names.length] as string);
    if (names.length < 2) return;
    const random = seededRandom(world.seed, `everyday ${name}`);
    const sensor = syntheticSensor({ clock: world.clock, random });
    let number = 0;
    const send = async (): Promise<void> => {
      number += 1;
      const uptimeS = world.clock.now() / 1000;
      const payload = encodeReading({ ...(await sensor.read()), epoch: 1, number, uptimeS });
      if (world.isOn(name)) world.node(name).actor.send({ type: 'reading.send', peer, payload });
      world.clock.setTimeout(() => void send(), INTERVAL_MS);
    };
    world.clock.setTimeout(() => void send(), readUint(random.bytes(2), 0, 2) % INTERVAL_MS);
  }
};
