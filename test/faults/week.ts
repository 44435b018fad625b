import { CENTER_NAME } from '../../simulations/world.ts';
import { expectedOf } from '../crash/enumerate.ts';
import type { Evidence } from '../crash/evidence.ts';
import type { FinalState } from '../crash/final-state.ts';
import { faultsOf } from '../crash/invariants.ts';
import { JOIN } from '../crash/procedures.ts';
import { CALM_MS, observe } from '../crash/run.ts';
import { type Injected, LONGEST_MS, Weather } from './weather.ts';

const HOUR_MS = 3_600_000;
const DEVICES = [CENTER_NAME, 'N1', 'N2'] as const;
const CUTS_EACH = 20;
/** Longer than a TPM is waited for, and than a device begins and asks it again. */
const REMEMBERED_MS = 120_000;

/** Kinds of what is stored that depend on who last asked whom for a key. */
const OF_SESSIONS = ['peer', 'session', 'transaction'];

/** A device that failed and was begun again, with no fault of ours just before under that code. */
const unexplained = ({ scene: { network } }: Evidence, injected: readonly Injected[]): string[] =>
  network.sightings.flatMap(({ kind, type, device, atMs, what }) => {
    if (kind !== 'news' || !['node.failed', 'center.failed', 'child.restarted'].includes(type))
      return [];
    const { reason } = what as { readonly reason?: unknown };
    const isExplained = injected.some(
      (fault) =>
        fault.device === device &&
        fault.code === reason &&
        fault.atMs <= atMs &&
        atMs - fault.atMs < REMEMBERED_MS,
    );
    return isExplained ? [] : [`${device} ${type} ${reason} at ${atMs} ms, for no reason`];
  });

const without = (state: FinalState): FinalState => ({
  ...state,
  devices: Object.fromEntries(
    Object.entries(state.devices).map(([name, kept]) => [
      name,
      { ...kept, stored: kept.stored.filter((kind) => !OF_SESSIONS.includes(kind)) },
    ]),
  ),
});

/**
 * A week, or as long as is asked for, of bad weather and power cuts in a network of two nodes that
 * ask for keys and send readings every hour; then calm. What is still wrong.
 */
export const week = async (seed: number, forMs = 7 * 24 * HOUR_MS): Promise<readonly string[]> => {
  const weather = new Weather(seed, forMs, DEVICES);
  const options = { seed, loss: 0.02, ...weather.options() };
  const evidence = await observe(
    { ends: 'together', mishap: null },
    options,
    async (scene, witnesses) => {
      witnesses.reviving(scene);
      const { world } = scene.network;
      for (const name of world.nodeNames) world.switchOn(name);
      for (const name of DEVICES)
        for (let cut = 0; cut < CUTS_EACH; cut += 1) {
          const offMs = weather.draw(1) < 0.5 ? weather.draw(LONGEST_MS) : weather.draw(60_000);
          world.clock.setTimeout(() => scene.restart(name, offMs), weather.draw(forMs));
        }
      while (world.clock.now() < forMs) {
        await world.clock.advance(HOUR_MS / 2);
        scene.ask('N1', { type: 'session.request', peer: 3, mode: 'direct' });
        await world.clock.advance(HOUR_MS / 2);
        scene.readings(1);
      }
      await scene.network.settle(LONGEST_MS + CALM_MS);
      return true;
    },
  );
  const faults = faultsOf(
    { ...evidence, state: without(evidence.state) },
    without(await expectedOf(JOIN)),
  );
  return [
    ...faults.filter((fault) => !fault.startsWith('nobody fails')),
    ...unexplained(evidence, weather.injected),
  ];
};
