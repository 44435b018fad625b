import { encodeReading } from '../../protocol/reading.ts';
import { Journal } from '../../runtime/journal/journal.ts';
import { airLedger } from '../../simulations/air-ledger.ts';
import { Chronicle } from '../../simulations/chronicle.ts';
import { MainJob } from '../../simulations/main-job.ts';
import { World } from '../../simulations/world.ts';

const NODES = 10;
const MINUTES = 60;
const READING = encodeReading({
  ...{ temperatureC: 21.5, humidityPercent: 40, pressurePa: 101_325 },
  ...{ epoch: 1, number: 1, uptimeS: 60 },
});

/**
 * The journal of ten nodes and their center for an hour and some minutes: all join, each gets a
 * session with the next, and then sends it a reading every minute.
 */
export const journalOfAnHour = async (write: (text: string) => void): Promise<void> => {
  const journal = new Journal({ comment: `${NODES} nodes, ${MINUTES} minutes`, write });
  let chronicle: Chronicle | null = null;
  const world = await World.create({
    ...{ nodes: NODES, journal },
    watch: (sighting) => chronicle?.noteSighting(sighting),
    tpmEnded: (device, timing) => chronicle?.noteTpm(device, timing),
  });
  try {
    chronicle = new Chronicle(airLedger(world.medium.transmissions));
    const job = new MainJob(world, chronicle, { mode: 'direct' });
    await job.run();
    chronicle = null;
    const names = world.nodeNames;
    for (let minute = 0; minute < MINUTES; minute += 1)
      for (const [at, name] of names.entries()) {
        const peer = world.address(names[(at + 1) % NODES] as string);
        world.node(name).actor.send({ type: 'reading.send', peer, payload: READING });
        await world.clock.advance(60_000 / NODES);
      }
  } finally {
    await world.close();
  }
};
