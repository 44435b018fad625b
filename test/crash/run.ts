import { SimulatedDisk } from '../../simulations/simulated-disk.ts';
import type { WorldOptions } from '../../simulations/world.ts';
import { inNetwork } from '../scenarios/network.ts';
import { type FinalState, finalState } from './final-state.ts';
import { Keys } from './keys.ts';
import { Membership } from './membership.ts';
import { type Mishap, type Moment, Moments } from './moments.ts';
import { Post } from './post.ts';
import type { Procedure } from './procedures.ts';
import { Scene } from './scene.ts';

/** What a run of a procedure has shown. */
export interface Evidence {
  readonly procedure: Procedure;
  readonly mishap: Mishap | null;
  /** How many moments of each kind there were. */
  readonly counts: Moments['counts'];
  readonly isDone: boolean;
  readonly scene: Scene;
  readonly keys: Keys;
  readonly membership: Membership;
  /** Nodes from which no reading came, though they share a session. */
  readonly silent: readonly string[];
  readonly state: FinalState;
}

const TRIES = 15;
const TRY_MS = 60_000;
/** Of what a procedure leaves to be done: lists that are broadcast again. */
const AFTER_MS = 30_000;
/** Longer than any pause of anybody who tries again. */
const CALM_MS = 400_000;

/** Run a procedure once, with a mishap or none, and look how the network ends. */
export const run = (
  procedure: Procedure,
  mishap: Mishap | null,
  options: WorldOptions = {},
): Promise<Evidence> => {
  const { disk = async () => new SimulatedDisk() } = options;
  const [moments, keys, membership] = [new Moments(), new Keys(), new Membership()];
  const post = new Post();
  let revive: Scene['revive'] = () => undefined;
  const world: WorldOptions = {
    nodes: 2,
    commitMs: 10,
    ...options,
    disk: async (device) => membership.wrapDisk(await disk(device), device),
    wrapDisk: moments.wrapDisk,
    wrapTpm: (tpm, device) => moments.wrapTpm(keys.wrapTpm(tpm, device), device),
    watch: (sighting) => {
      post.watch(sighting);
      membership.watch(sighting);
      const { kind, type, device, what } = sighting;
      if (kind === 'news' && (type === 'node.failed' || type === 'center.failed'))
        revive(device, (what as { reason: unknown }).reason);
    },
  };
  return inNetwork(world, async (network) => {
    const { clock, medium } = network.world;
    const scene = new Scene(network, post);
    revive = (...failed) => scene.revive(...failed);
    medium.transmissions.subscribe((transmission) => keys.hear(transmission));
    moments.watch(network.world);
    await procedure.prepare(scene);
    scene.since = network.sightings.length;
    moments.begin((moment, device) => {
      if (mishap !== null && isAt(mishap, moment)) befall(mishap, device, scene, moments);
    });
    let isDone = false;
    for (let tries = 0; tries < TRIES && !isDone; tries += 1) {
      procedure.command(scene);
      isDone = await clock.runUntil(() => procedure.isDone(scene), clock.now() + TRY_MS);
    }
    await network.settle(AFTER_MS);
    moments.end();
    if (mishap !== null) await network.settle(CALM_MS);
    const silent = procedure.ends === 'together' ? await silentNodes(scene) : [];
    const state = await finalState(network.world);
    const { counts } = moments;
    return { procedure, mishap, counts, isDone, scene, keys, membership, silent, state };
  });
};

const isAt = ({ at }: Mishap, { kind, nth }: Moment): boolean => at.kind === kind && at.nth === nth;

const befall = (mishap: Mishap, device: string | null, scene: Scene, moments: Moments): void => {
  if (mishap.what === 'power cut') for (const victim of mishap.victims) scene.restart(victim);
  else if (device !== null) {
    moments.fill(device);
    scene.network.world.clock.setTimeout(() => moments.empty(device), FULL_MS);
  }
};

/** How long a disk is full. */
const FULL_MS = 20_000;

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
