import { createActor, createMachine } from 'xstate';
import { World } from '../../simulations/world.ts';
import type { Part } from './part.ts';

const NODES = 20;
const ACTORS = 2_000;

const inUse = (): number => {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
};

/** What a member costs a simulation: TPM, link, store, and all its actors. */
export const memory = async (): Promise<Part[]> => {
  const machine = createMachine({ initial: 'idle', states: { idle: {} } });
  const [before] = [inUse()];
  const actors = Array.from({ length: ACTORS }, () => createActor(machine).start());
  const perActor = (inUse() - before) / ACTORS;
  for (const actor of actors) actor.stop();
  const world = await World.create({ nodes: NODES, keepsAir: false });
  const off = inUse();
  for (const name of world.nodeNames) await world.join(name);
  const perNode = (inUse() - off) / NODES;
  await world.close();
  return [
    {
      ...{ title: 'memory in a simulation', skipped: null },
      figures: [
        { name: 'an actor of xstate that does nothing', median: perActor, unit: 'B' },
        { name: `a member, one of ${NODES}`, median: perNode, unit: 'B' },
      ],
    },
  ];
};
