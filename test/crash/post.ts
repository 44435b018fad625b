import type { Sighting } from '../../actors/tap.ts';
import { toHex, uintBytes } from '../../protocol/bytes.ts';
import type { World } from '../../simulations/world.ts';

/** One reading, and what became of it. */
interface Given {
  readonly from: string;
  readonly run: string;
  readonly payload: string;
  /** What its sender said: it went out, or why not. Null as long as it said nothing. */
  said: 'sent' | 'lost' | null;
  arrivals: number;
}

/** Readings as who asks for them sees them: each arrives, or is told as lost. */
export class Post {
  readonly #given: Given[] = [];
  /** How many this process of a device was given. */
  readonly #runs = new Map<string, number>();

  give(world: World, from: string, to: string): Given {
    const peer = world.address(to);
    const number = (this.#runs.get(from) ?? 0) + 1;
    this.#runs.set(from, number);
    const payload = uintBytes(this.#given.length, 4);
    const run = `reading.${peer}.${number}`;
    const given: Given = { from, run, payload: toHex(payload), said: null, arrivals: 0 };
    this.#given.push(given);
    world.node(from).actor.send({ type: 'reading.send', peer, payload });
    return given;
  }

  /** A device without power says nothing any more: who asked it sees that it is gone. */
  cut(device: string): void {
    this.#runs.delete(device);
    for (const given of this.#given) if (given.from === device) given.said ??= 'lost';
  }

  watch({ device, kind, type, what }: Sighting): void {
    if (kind !== 'news') return;
    if (type === 'run.ended') {
      const { actor, reason } = what as { actor: string; reason: string | null };
      const given = this.#given.findLast(({ from, run }) => from === device && run === actor);
      if (given !== undefined) given.said ??= reason === null ? 'sent' : 'lost';
    }
    if (type !== 'reading.received') return;
    const payload = toHex((what as { payload: Uint8Array }).payload);
    const given = this.#given.find((of) => of.payload === payload);
    if (given !== undefined) given.arrivals += 1;
  }

  get faults(): readonly string[] {
    return this.#given.flatMap(({ from, run, said, arrivals }) => [
      ...(said === null ? [`${from} says nothing of ${run}`] : []),
      ...(said === 'sent' && arrivals === 0 ? [`${run} of ${from} was lost in silence`] : []),
      ...(arrivals > 1 ? [`${run} of ${from} arrived ${arrivals} times`] : []),
    ]);
  }
}
