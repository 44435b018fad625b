import type { CenterCommand } from '../../actors/center/center.ts';
import type { NodeCommand } from '../../actors/node/news.ts';
import { CENTER_NAME } from '../../simulations/world.ts';
import type { Network } from '../scenarios/network.ts';
import type { Post } from './post.ts';

/** How long a device is without power. */
const OFF_MS = 4_000;

/** A network in which a procedure runs, and who works there. */
export class Scene {
  readonly network: Network;
  readonly post: Post;
  /** Where the procedure began among the sightings. */
  since = 0;
  /** What it found before it began. */
  noted: string | null = null;
  #isBegun = false;

  constructor(network: Network, post: Post) {
    this.network = network;
    this.post = post;
  }

  once(act: () => void): void {
    if (!this.#isBegun) act();
    this.#isBegun = true;
  }

  /** Tell a node to do something, if it is there to hear it. */
  ask(name: string, command: NodeCommand): void {
    const { world } = this.network;
    if (this.#isMember(name)) world.node(name).actor.send(command);
  }

  askCenter(command: CenterCommand): void {
    const { world } = this.network;
    if (world.isOn(CENTER_NAME)) world.center.actor.send(command);
  }

  /** So many from each to the other, all at once. */
  readings(count: number): void {
    for (let at = 0; at < count; at += 1) {
      this.reading('N1', 'N2');
      this.reading('N2', 'N1');
    }
  }

  reading(from: string, to: string): ReturnType<Post['give']> | null {
    return this.#isMember(from) ? this.post.give(this.network.world, from, to) : null;
  }

  /** Cut power and give it back; the operator opens a center's join window again. */
  restart(name: string, offMs = OFF_MS): void {
    const { world } = this.network;
    if (!world.isOn(name)) return;
    const off = world.powerOff(name);
    this.post.cut(name);
    // A real TPM is closed and opened again in a time of its own.
    void world.clock.work(offMs, async () => {
      await off;
      const { actor, role } = world.switchOn(name);
      if (role === 'center') actor.on('center.ready', () => actor.send({ type: 'window.open' }));
    });
  }

  /** What a service manager does with a device that failed and is not to be silent for good. */
  revive(name: string, reason: unknown): void {
    if (reason !== 'NODE_LEFT' && reason !== 'NODE_REVOKED')
      this.network.world.clock.setTimeout(() => this.restart(name), OFF_MS);
  }

  #isMember(name: string): boolean {
    const { world } = this.network;
    return world.isOn(name) && world.node(name).actor.getSnapshot().matches({ running: 'member' });
  }
}
