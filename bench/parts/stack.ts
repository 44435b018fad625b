import { presets } from '../../protocol/lora/presets.ts';
import { encodeReading } from '../../protocol/reading.ts';
import { World } from '../../simulations/world.ts';
import { linkCourier } from '../link/link-courier.ts';
import { series } from '../link/series.ts';
import { median, type Part } from './part.ts';

const NODES = 8;
/** Sessions that each node asks for. */
const PEERS = 2;
const READINGS = 60;
/** Worlds one after the other in a process; while the first run, V8 still compiles. */
const WORLDS = 14;
const WARM = 8;
/** A sealed reading. */
const BYTES = 43;
const MESSAGES = READINGS * NODES;

const cpuNs = (): number => {
  const { user, system } = process.cpuUsage();
  return 1000 * (user + system);
};

/** CPU time of something done so many times, for each. */
const each = async (count: number, act: () => unknown): Promise<number> => {
  const beganNs = cpuNs();
  await act();
  return (cpuNs() - beganNs) / count;
};

const link = (seed: number): unknown =>
  series({
    ...{ courier: linkCourier, modulation: presets.default },
    ...{ bytes: BYTES, loss: 0, messages: MESSAGES, seed },
  });

/** All join, each gets sessions with those after it, and sends readings to the next. */
const life = async (seed: number) => {
  const world = await World.create({ nodes: NODES, seed, keepsAir: false });
  const { clock, nodeNames: names } = world;
  const after = (index: number, by: number): number =>
    world.address(names[(index + by) % NODES] as string);
  const joins = async (): Promise<void> => {
    for (const name of names) {
      world.switchOn(name);
      await clock.advance(8_000);
    }
    await clock.advance(60_000);
  };
  const sessions = async (): Promise<void> => {
    for (const [index, name] of names.entries())
      for (let by = 1; by <= PEERS; by += 1) {
        const peer = after(index, by);
        world.node(name).actor.send({ type: 'session.request', peer, mode: 'direct' });
        await clock.advance(4_000);
      }
    await clock.advance(30_000);
  };
  const readings = async (): Promise<void> => {
    for (let number = 1; number <= READINGS; number += 1)
      for (const [index, name] of names.entries()) {
        const measured = { temperatureC: 20, humidityPercent: 50, pressurePa: 101_325 };
        const payload = encodeReading({ ...measured, epoch: 1, number, uptimeS: number });
        world.node(name).actor.send({ type: 'reading.send', peer: after(index, 1), payload });
        await clock.advance(600_000 / NODES);
      }
  };
  try {
    return {
      join: await each(NODES, joins),
      session: await each(NODES * PEERS, sessions),
      reading: await each(MESSAGES, readings),
      message: await each(MESSAGES, () => link(seed)),
    };
  } finally {
    await world.close();
  }
};

/** What the whole runtime takes of a processor for what a network does: both ends, CE and air. */
export const stack = async (): Promise<Part[]> => {
  const lives: Awaited<ReturnType<typeof life>>[] = [];
  for (let seed = 1; seed <= WORLDS; seed += 1) lives.push(await life(seed));
  const warm = lives.slice(WARM);
  const figure = (name: string, of: keyof (typeof warm)[number]) =>
    ({ name, median: median(warm.map((each) => each[of])), unit: 'ns' }) as const;
  return [
    {
      ...{ title: `what a network of ${NODES} does, CPU`, skipped: null },
      figures: [
        figure(`a message of ${BYTES} B, two links and the air alone`, 'message'),
        figure('a reading, sealed, sent and opened', 'reading'),
        figure('a session: translated, delivered, confirmed', 'session'),
        figure('a join, and the list of devices', 'join'),
      ],
    },
  ];
};
