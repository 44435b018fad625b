import type { Sighting } from '../../actors/tap.ts';
import type { StoreDisk, World, WorldOptions } from '../../simulations/world.ts';
import { type FinalState, finalState } from './final-state.ts';
import { Keys } from './keys.ts';
import { Membership } from './membership.ts';
import { type Mishap, Moments } from './moments.ts';
import { Post } from './post.ts';
import type { Scene } from './scene.ts';

/** What a network has shown by its end. */
export interface Evidence {
  /** How the nodes are to end: both as members, or without the second. */
  readonly ends: 'together' | 'left' | 'revoked';
  readonly mishap: Mishap | null;
  readonly isDone: boolean;
  readonly scene: Scene;
  /** Nodes from which no reading came, though they share a session. */
  readonly silent: readonly string[];
  /** How many moments of each kind there were. */
  readonly counts: Moments['counts'];
  readonly keys: Keys;
  readonly membership: Membership;
  readonly state: FinalState;
}

/** Who watches a network: its moments, keys, members and readings. */
export class Witnesses {
  readonly moments = new Moments();
  readonly keys = new Keys();
  readonly membership = new Membership();
  readonly post = new Post();
  #failed: (device: string, reason: unknown) => void = () => undefined;

  /** Of the world that they watch. */
  options(disk: NonNullable<WorldOptions['disk']>): WorldOptions {
    const { moments, keys, membership } = this;
    return {
      disk: async (device): Promise<StoreDisk> => membership.wrapDisk(await disk(device), device),
      wrapDisk: moments.wrapDisk,
      wrapTpm: (tpm, device) => moments.wrapTpm(keys.wrapTpm(tpm, device), device),
      watch: (sighting) => this.#see(sighting),
    };
  }

  watch(world: World): void {
    world.medium.transmissions.subscribe((transmission) => this.keys.hear(transmission));
    this.moments.watch(world);
  }

  /** A device that fails is begun again. */
  reviving(scene: Scene): void {
    this.#failed = (device, reason) => scene.revive(device, reason);
  }

  async evidence(
    seen: Pick<Evidence, 'ends' | 'mishap' | 'isDone' | 'scene' | 'silent'>,
  ): Promise<Evidence> {
    const state = await finalState(seen.scene.network.world);
    const { keys, membership, moments } = this;
    return { ...seen, keys, membership, counts: moments.counts, state };
  }

  #see(sighting: Sighting): void {
    this.post.watch(sighting);
    this.membership.watch(sighting);
    const { kind, type, device, what } = sighting;
    if (kind === 'news' && (type === 'node.failed' || type === 'center.failed'))
      this.#failed(device, (what as { reason: unknown }).reason);
  }
}
