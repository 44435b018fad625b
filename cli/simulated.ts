import type { Simulated } from '../runtime/simulated.ts';

/** What simulated worlds need, loaded where a role is of one: a Pi starts without it. */
export const simulated: Simulated = {
  socketRadio: async (input) => {
    const { socketRadio } = await import('../simulations/air-socket/socket-radio.ts');
    return socketRadio(input);
  },
  startSwtpm: async (input) => {
    const { startSwtpm } = await import('../simulations/swtpm/process.ts');
    return startSwtpm(input);
  },
  syntheticSensor: async ({ clock, seed }) => {
    const { syntheticSensor } = await import('../simulations/synthetic-sensor.ts');
    const { seededRandom } = await import('../simulations/seeded-random.ts');
    return syntheticSensor({ clock, random: seededRandom(seed, 'sensor') });
  },
};
