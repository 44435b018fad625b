import { wallClock } from '../../drivers/clock/wall.ts';
import { Chronicle } from '../../simulations/chronicle.ts';
import { inspection } from '../../simulations/inspected.ts';
import { MainJob } from '../../simulations/main-job.ts';
import { World } from '../../simulations/world.ts';
import type { InspectEvent } from '../../transports/inspect/interface.ts';

/** All that a viewer is told of the main job of two nodes, for tests. */
export const exampleRun = async (): Promise<InspectEvent[]> => {
  const origin = { title: 'example', wall: wallClock, epochMs: 0, speed: null } as const;
  const { hub, options } = inspection({ ...origin, detail: 'always' });
  const reader = hub.watch();
  let chronicle: Chronicle | null = null;
  const world = await World.create({
    ...{ nodes: 2, tpm: 'model', ...options },
    watch: (sighting) => chronicle?.noteSighting(sighting),
  });
  try {
    chronicle = new Chronicle(world.air);
    await new MainJob(world, chronicle, { mode: 'direct' }).run();
    const events: InspectEvent[] = [];
    for (let texts = reader.read(1e6); texts.length > 0; texts = reader.read(1e6))
      events.push(...texts.map((text) => JSON.parse(text) as InspectEvent));
    return events;
  } finally {
    reader.close();
    await world.close();
  }
};
