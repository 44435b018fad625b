import type { Sighting } from '../../actors/tap.ts';
import { toHex, uintBytes } from '../../protocol/bytes.ts';
import type { World } from '../../simulations/world.ts';

/** One reading, and what became of it. */
interface Given {
  readonly from: string;
  /** As refusals name it. */
  readonly route: string;
  readonly run: string;
  readonly payload: string;
  /** What its sender said: it went out, or why not. Null as long as it said nothing. */
  said: 'sent' | 'lost' | null;
  arrivals: number;
}

/**
 * Readings as those see them who ask for them: each arrives, or is told as lost, by its sender or,
 * where that had an acknowledgement of the link, by its receiver, who has no key for it any more.
 */
export class Post {
  readonly #given: Given[] = [];
  /** Messages of data that a device could not take, by itself and by whom they came from. */
  readonly #refused = new Map<string, number>();

  give(world: World, from: string, to: string): Given {
    const peer = world.address(to);
    const payload = uintBytes(this.#given.length, 4);
    const run = this.#freeRun(from, peer);
    const route = `${world.address(from)}→${to}`;
    const given: Given = { from, route, run, payload: toHex(payload), said: null, arrivals: 0 };
    this.#given.push(given);
    world.node(from).actor.send({ type: 'reading.send', peer, payload });
    return given;
  }

  /** A device without power says nothing any more: who asked it sees that it is gone. */
  cut(device: string): void {
    for (const given of this.#given) if (given.from === device) given.said ??= 'lost';
  }

  watch({ device, kind, type, what }: Sighting): void {
    if (kind !== 'news') return;
    if (type === 'run.ended') {
      const { actor, reason } = what as { actor: string; reason: string | null };
      const given = this.#given.findLast(
        ({ from, run, said }) => said === null && from === device && run === actor,
      );
      if (given !== undefined) given.said = reason === null ? 'sent' : 'lost';
    }
    if (type === 'message.refused') {
      const { name, from } = what as { name: string; from: number };
      const key = `${from}→${device}`;
      if (name === 'data') this.#refused.set(key, (this.#refused.get(key) ?? 0) + 1);
    }
    if (type !== 'reading.received') return;
    const payload = toHex((what as { payload: Uint8Array }).payload);
    const given = this.#given.find((of) => of.payload === payload);
    if (given !== undefined) given.arrivals += 1;
  }

  get faults(): readonly string[] {
    const unsaid = this.#given.filter(({ said }) => said === null);
    const repeated = this.#given.filter(({ arrivals }) => arrivals > 1);
    return [
      ...unsaid.map(({ from, run }) => `${from} says nothing of ${run}`),
      ...repeated.map(({ from, run, arrivals }) => `${run} of ${from} arrived ${arrivals} times`),
      ...this.#lostInSilence(),
    ];
  }

  /** A device gives a run the lowest number that none under way has. */
  #freeRun(from: string, peer: number): string {
    for (let number = 1; ; number += 1) {
      const run = `reading.${peer}.${number}`;
      const isTaken = this.#given.some(
        (given) => given.said === null && given.from === from && given.run === run,
      );
      if (!isTaken) return run;
    }
  }

  #lostInSilence(): string[] {
    const lost = this.#given.filter(({ said, arrivals }) => said === 'sent' && arrivals === 0);
    return [...new Set(lost.map(({ route }) => route))].flatMap((route) => {
      const count = lost.filter((given) => given.route === route).length;
      const refused = this.#refused.get(route) ?? 0;
      return count > refused ? [`${count} lost in silence, ${route}; ${refused} refused`] : [];
    });
  }
}
