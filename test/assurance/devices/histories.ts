import type { EventObject } from 'xstate';
import { sha256, toHex } from '../../../protocol/bytes.ts';
import { Device, type Happened, type Input, isVain, type Kept } from './device.ts';
import { type Fact, factsOf } from './facts.ts';
import { numbered, textOf } from './messages.ts';

/** All that has happened to one device: what it does next depends on nothing else. */
export interface History {
  readonly id: number;
  readonly device: string;
  readonly inputs: readonly Input[];
  /** Numbers of all messages that it has said. */
  readonly said: readonly number[];
  readonly facts: ReadonlySet<Fact>;
  /** Those of the last input. */
  readonly newFacts: readonly Fact[];
  readonly isWorking: boolean;
  /** A run waits for a message, and no time that passes ends that. */
  readonly isStuck: boolean;
  /** How often what has happened to it: waits, restarts, commands by type. */
  readonly counts: Readonly<Record<string, number>>;
  /** Of the last input, for a transcript. */
  readonly news: readonly EventObject[];
  /** By input; null where nothing comes of it. */
  readonly after: Map<string, History | null>;
}

const abouts = new WeakMap<History, ReadonlyMap<string, readonly string[]>>();
/** Facts by their first two words. */
export const aboutOf = (history: History): ReadonlyMap<string, readonly string[]> => {
  const known = abouts.get(history);
  if (known !== undefined) return known;
  const made = new Map<string, string[]>();
  for (const fact of history.facts) {
    const [kind, about, text = ''] = fact.split(' ');
    const key = `${kind} ${about}`;
    made.set(key, [...(made.get(key) ?? []), text]);
  }
  abouts.set(history, made);
  return made;
};

/** An input as a key: a command by its type and peer, a message by its bytes. */
const keyOf = (input: Input): string => {
  if (input.type === 'hear') return `hear ${textOf(input.message)}`;
  return input.type === 'command' ? `command ${JSON.stringify(input.command)}` : input.type;
};
export const countOf = (input: Input): string =>
  input.type === 'command' ? JSON.stringify(input.command) : input.type;

const KEPT_ALIVE = 400;

/** What is done to a device by hand may leave something that is seen nowhere, as an open window. */
const BY_HAND: readonly Input['type'][] = ['command', 'restart'];

/**
 * Two orders of the same inputs, those by hand in the same order, that left the same charts, the same store, the same words and the
 * same facts are one history.
 */
const sameAs = ({ inputs, said, facts }: History, device: Device): string =>
  toHex(
    sha256(
      new TextEncoder().encode(
        JSON.stringify([
          inputs.map(keyOf).sort(),
          inputs.filter(({ type }) => BY_HAND.includes(type)).map(keyOf),
          [...said].sort(),
          [...facts].sort(),
          device.snapshot,
        ]),
      ),
    ),
  );

/** The histories of a device that a search asks for, each taken by the device itself, once. */
export class Histories {
  readonly #kept: Kept;
  readonly #begin: readonly Input[];
  readonly #past: ReadonlySet<Fact>;
  /** Devices that stand at the end of a history. */
  readonly #alive = new Map<number, Device>();
  readonly #same = new Map<string, History>();
  #count = 0;
  /** Times that a shipped device took an input. */
  taken = 0;

  /** `begin`: what every history begins with; `past`: facts of before. */
  constructor(kept: Kept, begin: readonly Input[], past: ReadonlySet<Fact>) {
    this.#kept = kept;
    this.#past = past;
    this.#begin = begin;
  }

  get size(): number {
    return this.#same.size + 1;
  }

  async first(): Promise<History> {
    const device = await Device.on(this.#kept);
    const { begun } = device;
    const all = [begun];
    for (const input of this.#begin) all.push(await device.take(input));
    const nothing = { said: [], facts: this.#past };
    const happened = {
      said: all.flatMap(({ said }) => said),
      news: all.flatMap(({ news }) => news),
      noted: all.flatMap(({ noted }) => noted),
      moved: true,
    };
    return this.#born(nothing, [], happened, device, {});
  }

  async step(from: History, input: Input): Promise<History | null> {
    const key = keyOf(input);
    const known = from.after.get(key);
    if (known !== undefined) return known;
    const device = await this.#at(from);
    const happened = await device.take(input);
    this.taken += 1;
    const { news } = happened;
    let next: History | null = null;
    if (isVain(happened) && input.type !== 'command') {
      // What was authentic and came too late has still been counted as seen, time has passed, or
      // it waits for the TPM.
      const isChanged =
        input.type === 'wait' || news.every(({ type }) => type !== 'message.refused');
      if (isChanged) await this.#drop(from.id);
    } else {
      this.#alive.delete(from.id);
      const what = countOf(input);
      const counts = { ...from.counts, [what]: (from.counts[what] ?? 0) + 1 };
      next = this.#born(from, [...from.inputs, input], happened, device, counts);
      const same = sameAs(next, device);
      const other = this.#same.get(same);
      if (other === undefined) this.#same.set(same, next);
      else {
        await this.#drop(next.id);
        next = other;
      }
    }
    from.after.set(key, next);
    return next;
  }

  async close(): Promise<void> {
    for (const id of [...this.#alive.keys()]) await this.#drop(id);
  }

  #born(
    from: Pick<History, 'said' | 'facts'>,
    inputs: readonly Input[],
    happened: Happened,
    device: Device,
    counts: History['counts'],
  ): History {
    const id = this.#count;
    this.#count += 1;
    this.#alive.set(id, device);
    const said = [...new Set([...from.said, ...happened.said.map(numbered)])];
    const newFacts = factsOf(device, happened, from.facts);
    const facts = new Set([...from.facts, ...newFacts]);
    const { news } = happened;
    const { isWorking, isStuck } = device;
    return {
      ...{
        id,
        device: this.#kept.name,
        inputs,
        said,
        facts,
        newFacts,
        isWorking,
        isStuck,
        counts,
        news,
      },
      after: new Map(),
    };
  }

  /** The device that has gone through this history; another one, if that has gone on. */
  async #at({ id, inputs }: History): Promise<Device> {
    const alive = this.#alive.get(id);
    if (alive !== undefined) return alive;
    const device = await Device.on(this.#kept);
    void device.begun;
    for (const input of [...this.#begin, ...inputs]) {
      await device.take(input);
      this.taken += 1;
    }
    this.#alive.set(id, device);
    if (this.#alive.size > KEPT_ALIVE) await this.#drop([...this.#alive.keys()][0] as number);
    return device;
  }

  async #drop(id: number): Promise<void> {
    const device = this.#alive.get(id);
    this.#alive.delete(id);
    await device?.off();
  }
}
