import { seededRandom, unitInterval } from '../../simulations/seeded-random.ts';
import { SimulatedDisk } from '../../simulations/simulated-disk.ts';
import type { WorldOptions } from '../../simulations/world.ts';
import { inNetwork } from '../scenarios/network.ts';
import { type Evidence, Witnesses } from './evidence.ts';
import type { Mishap, Moment } from './moments.ts';
import type { Procedure } from './procedures.ts';
import { Scene } from './scene.ts';

const TRIES = 15;
const TRY_MS = 60_000;
/** Of what a procedure leaves to be done: lists that are broadcast again. */
const AFTER_MS = 30_000;
/** Longer than any pause of anybody who tries again. */
export const CALM_MS = 400_000;
/** Without power: from so short that the link still tries to so long that nobody does any more. */
const [SHORTEST_OFF_MS, LONGEST_OFF_MS] = [1_000, 40_000];
/** How long a disk is full. */
const FULL_MS = 20_000;

/** Let a network of two nodes do something, and look how it ends. */
export const observe = (
  what: Pick<Evidence, 'ends' | 'mishap'>,
  options: WorldOptions,
  play: (scene: Scene, witnesses: Witnesses) => Promise<boolean>,
): Promise<Evidence> => {
  const witnesses = new Witnesses();
  const disk = options.disk ?? (async () => new SimulatedDisk());
  const seen = witnesses.options(disk);
  const world: WorldOptions = {
    nodes: 2,
    commitMs: 10,
    ...options,
    ...seen,
    wrapTpm: (tpm, device) => {
      const spoiled = options.wrapTpm?.(tpm, device) ?? tpm;
      return seen.wrapTpm?.(spoiled, device) ?? spoiled;
    },
  };
  return inNetwork(world, async (network) => {
    const scene = new Scene(network, witnesses.post);
    witnesses.watch(network.world);
    if (what.mishap?.what === 'full disk') witnesses.reviving(scene);
    const isDone = await play(scene, witnesses);
    const silent = what.ends === 'together' ? await silentNodes(scene) : [];
    return witnesses.evidence({ ...what, scene, isDone, silent });
  });
};

/** Run a procedure once, with a mishap or none. */
export const run = (
  { ends, prepare, command, isDone }: Procedure,
  mishap: Mishap | null,
  options: WorldOptions = {},
): Promise<Evidence> =>
  observe({ ends, mishap }, options, async (scene, { moments }) => {
    const { network } = scene;
    const { clock, seed } = network.world;
    const random = seededRandom(seed, `off ${JSON.stringify(mishap)}`);
    const offMs = SHORTEST_OFF_MS + (LONGEST_OFF_MS - SHORTEST_OFF_MS) * unitInterval(random);
    await prepare(scene);
    scene.since = network.sightings.length;
    moments.begin((moment, device) => {
      if (mishap === null || !isSame(mishap.at, moment)) return;
      if (mishap.what === 'power cut')
        for (const victim of mishap.victims) scene.restart(victim, offMs);
      else if (device !== null) {
        moments.fill(device);
        clock.setTimeout(() => moments.empty(device), FULL_MS);
      }
    });
    let done = false;
    for (let tries = 0; tries < TRIES && !done; tries += 1) {
      command(scene);
      done = await clock.runUntil(() => isDone(scene), clock.now() + TRY_MS);
    }
    await network.settle(AFTER_MS);
    moments.end();
    if (mishap !== null) await network.settle(CALM_MS);
    return done;
  });

const isSame = (a: Moment, b: Moment): boolean => a.kind === b.kind && a.nth === b.nth;

/** A reading each way, in one of three tries; before it a session, if there was none. */
const silentNodes = async (scene: Scene): Promise<string[]> => {
  const { network } = scene;
  const silent: string[] = [];
  if (network.world.store('N1').get('session/3') === undefined) await network.session('N1', 'N2');
  for (const [from, to] of [
    ['N1', 'N2'],
    ['N2', 'N1'],
  ] as const) {
    let hasArrived = false;
    for (let tries = 0; tries < 3 && !hasArrived; tries += 1) {
      const given = scene.reading(from, to);
      await network.settle(10_000);
      hasArrived = given !== null && given.arrivals > 0;
    }
    if (!hasArrived) silent.push(from);
  }
  return silent;
};
