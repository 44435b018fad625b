import {
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  fromPromise,
} from 'xstate';
import type { Outcome } from '../../machines/outcome.ts';
import { TiesError } from '../../protocol/errors.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';

interface Work {
  readonly name: string;
  readonly resolve: (output: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface StageOptions {
  readonly input?: unknown;
  /** Actors that do their work at once; the others wait for `finish` or `fail`. */
  readonly prompt?: readonly string[];
}

/** An action that the chart only names: those that change its context carry xstate's mark. */
export const isNoted = (action: unknown): boolean =>
  typeof action === 'function' && !('type' in action);

/**
 * A machine on virtual time, with stand-ins for everything outside it. The transcript has a line
 * for each thing that the machine asked for: `<ms> <actor or action> <input>`.
 */
export class Stage {
  readonly clock = new HeapClock();
  readonly transcript: string[] = [];
  readonly #work: Work[] = [];
  readonly #prompt: ReadonlySet<string>;
  readonly #machine: AnyStateMachine;
  readonly #actor;

  constructor(machine: AnyStateMachine, { input, prompt = [] }: StageOptions = {}) {
    this.#prompt = new Set(prompt);
    this.#machine = machine;
    const { actors, actions } = machine.implementations;
    const hosted = machine.provide({
      actors: Object.fromEntries(Object.keys(actors).map((name) => [name, this.#standIn(name)])),
      actions: Object.fromEntries(
        Object.entries(actions).flatMap(([name, action]) =>
          isNoted(action) ? [[name, () => this.#note(name)]] : [],
        ),
      ),
    } as never);
    this.#actor = createActor(hosted, { clock: this.clock, input } as never);
    this.#actor.start();
  }

  get snapshot(): AnyMachineSnapshot {
    return this.#actor.getSnapshot() as AnyMachineSnapshot;
  }

  get state(): string {
    return this.snapshot.value as string;
  }

  /** Undefined as long as the run goes on. */
  get outcome(): Outcome | undefined {
    return this.snapshot.output as Outcome | undefined;
  }

  /** Lines so far, which are then forgotten. */
  heard(): string[] {
    return this.transcript.splice(0);
  }

  async send(...events: readonly AnyEventObject[]): Promise<void> {
    await this.clock.advance(0);
    for (const event of events) this.#actor.send(event);
    await this.clock.advance(0);
  }

  async finish(name: string, output?: unknown): Promise<void> {
    await this.clock.advance(0);
    for (const work of this.#take(name)) work.resolve(output);
    await this.clock.advance(0);
  }

  async fail(name: string, code: string): Promise<void> {
    await this.clock.advance(0);
    for (const work of this.#take(name)) work.reject(new TiesError(code, 'No answer.'));
    await this.clock.advance(0);
  }

  /** Let the named delay of the chart pass. */
  async passDelay(name: string): Promise<void> {
    const delay = this.#machine.implementations.delays[name];
    const { context } = this.snapshot;
    await this.clock.advance(
      typeof delay === 'function'
        ? (delay({ context } as never, undefined as never) as number)
        : Number(delay),
    );
  }

  #standIn(name: string) {
    return fromPromise(({ input, signal }) => {
      this.#note(name, input);
      if (this.#prompt.has(name)) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const work = { name, resolve, reject };
        this.#work.push(work);
        signal.addEventListener('abort', () => {
          if (this.#work.includes(work)) this.#note(`stopped ${name}`);
          this.#forget(work);
        });
      });
    });
  }

  #take(name: string): Work[] {
    const wanted = this.#work.filter((work) => work.name === name);
    for (const work of wanted) this.#forget(work);
    return wanted;
  }

  #forget(work: Work): void {
    const at = this.#work.indexOf(work);
    if (at >= 0) this.#work.splice(at, 1);
  }

  #note(what: string, input?: unknown): void {
    const words = [this.clock.now(), what, ...Object.values(input ?? {}).filter(isWord)];
    this.transcript.push(words.join(' '));
  }
}

const isWord = (value: unknown): boolean => typeof value === 'string' || typeof value === 'number';
