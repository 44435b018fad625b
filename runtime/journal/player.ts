import type { Logger } from 'pino';
import type { NodeLimits } from '../../actors/node/limits.ts';
import { type Changes, memoryStore, type Store } from '../../actors/store.ts';
import type { MemberRole } from '../../config/role.ts';
import type { Reception } from '../../drivers/radio/interface.ts';
import type { TiesError } from '../../protocol/errors.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { type Device, startDevice } from '../device.ts';
import { type Difference, stimulusText } from './difference.ts';
import type { ReplayInput } from './replay.ts';
import { type Outside, type Question, Seam } from './seam.ts';
import type { Beginning, Deed, Stimulus, Turn } from './turn.ts';
import { faultOf, fromJson } from './values.ts';

/** Of a turn that goes otherwise no more is kept. */
const MAX_OTHERS = 1000;

export interface PlayedInput {
  readonly begin: Beginning['begin'];
  readonly log: Logger;
  /** Resolves when all that was set going has come to rest. */
  settled(): Promise<void>;
  readonly inspected?: ReplayInput['inspected'];
}

/** A device whose world is a journal: every turn is made again, and every deed compared. */
export class PlayedDevice implements Outside {
  difference: Difference | null = null;
  readonly #input: PlayedInput;
  readonly #store: Store;
  readonly #seam: Seam;
  #device: Device | null = null;
  #turn: Turn | null = null;
  #after = '';
  /** Deeds of this turn that were as recorded. */
  #same = 0;
  #others: Deed[] | null = null;
  #drawn = 0;
  /** What stood where a write is under way. */
  readonly #undoing = new Map<number, Changes>();

  constructor(input: PlayedInput) {
    const { store, modulation } = input.begin;
    this.#input = input;
    this.#store = memoryStore();
    void this.#store.write(fromJson(store) as Record<string, unknown>);
    this.#seam = new Seam({
      outside: this,
      modulation: fromJson(modulation) as Modulation,
      store: this.#store,
    });
  }

  /** Make a turn again. Where it goes otherwise `difference` says so, and nothing more is to be played. */
  async play(turn: Turn): Promise<void> {
    [this.#turn, this.#same, this.#others, this.#drawn] = [turn, 0, null, 0];
    const { stimulus, atMs } = turn;
    const id = stimulus[0] === 'timer' || stimulus[0] === 'done' || stimulus[0] === 'failed';
    const question = id ? this.#seam.awaited(stimulus[1] as number) : null;
    this.#after = stimulusText(stimulus, question);
    this.#seam.nowMs = atMs;
    if (id && question === null) this.#part(`nobody waits for number ${stimulus[1]}`);
    else this.#deliver(stimulus);
    await this.#input.settled();
    if (this.#others === null && this.#same === turn.deeds.length) return;
    this.difference = {
      ...{ device: this.#input.begin.device, atMs, after: this.#after },
      before: turn.deeds.slice(0, this.#same),
      recorded: turn.deeds.slice(this.#same),
      replayed: this.#others ?? [],
    };
  }

  async stop(): Promise<void> {
    this.#turn = null;
    await this.#device?.stop();
  }

  did(deed: Deed): void {
    if (this.#turn === null) return;
    if (this.#others !== null) this.#part(deed);
    else if (this.#turn.deeds[this.#same] === deed) this.#same += 1;
    else this.#part(deed);
  }

  draw(length: number): Uint8Array {
    this.did(`random ${length}`);
    const bytes = Buffer.from(this.#turn?.drawn?.[this.#drawn] ?? '', 'base64');
    this.#drawn += 1;
    return bytes.length === length ? Uint8Array.from(bytes) : new Uint8Array(length);
  }

  ask(id: number, question: Question): () => void {
    // It is seen by reads at once; whether it is kept the journal tells.
    if (question.of === 'write') {
      const keys = Object.keys(question.changes);
      this.#undoing.set(id, Object.fromEntries(keys.map((key) => [key, this.#store.get(key)])));
      void this.#store.write(question.changes);
    }
    return () => undefined;
  }

  #part(deed: Deed): void {
    this.#others ??= [];
    if (this.#others.length < MAX_OTHERS) this.#others.push(deed);
  }

  #deliver(stimulus: Stimulus): void {
    const seam = this.#seam;
    switch (stimulus[0]) {
      case 'start':
        this.#start();
        return;
      case 'timer':
        seam.done(stimulus[1], undefined);
        return;
      case 'done':
        this.#undoing.delete(stimulus[1]);
        seam.done(stimulus[1], fromJson(stimulus[2]));
        return;
      case 'failed':
        void this.#store.write(this.#undoing.get(stimulus[1]) ?? {});
        this.#undoing.delete(stimulus[1]);
        seam.failed(stimulus[1], faultOf(stimulus[2]));
        return;
      case 'heard':
        seam.heard(fromJson(stimulus[1]) as Reception);
        return;
      case 'trouble':
        seam.troubled(faultOf(stimulus[1]) as TiesError);
        return;
      case 'commands':
        for (const event of stimulus[1]) this.#device?.actor.send(fromJson(event) as never);
        return;
      case 'stop':
        return;
    }
  }

  #start(): void {
    const { begin, log, inspected } = this.#input;
    const { surroundings } = this.#seam;
    this.#device = startDevice(fromJson(begin.role) as MemberRole, {
      ...{ ...surroundings, log, ...inspected?.(begin.device, surroundings.clock) },
      limits: fromJson(begin.limits) as Partial<NodeLimits>,
      watchers: [this.#seam.watch],
    });
  }
}
