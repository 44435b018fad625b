import { inNetwork, isWhole } from '../../test/scenarios/network.ts';

const NODES = 3;
const MODES = ['direct', 'indirect'] as const;
const PRESETS = ['default', 'paper'] as const;

/** The paper's flow, join, key distribution and readings of three nodes: how many runs did it all. */
export const paperFlow = async (runs: number, loss: number): Promise<number> => {
  let whole = 0;
  for (let seed = 0; seed < runs; seed += 1) {
    const mode = MODES[seed % 2] as (typeof MODES)[number];
    const preset = PRESETS[(seed >> 1) % 2] as (typeof PRESETS)[number];
    await inNetwork({ nodes: NODES, preset, loss, seed }, async (network) => {
      if (isWhole(await network.mainJob(mode), NODES)) whole += 1;
    });
  }
  return whole;
};
