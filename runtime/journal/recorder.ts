import type { Subscription } from 'rxjs';
import type { MemberRole } from '../../config/role.ts';
import { type Device, type Surroundings, startDevice } from '../device.ts';
import type { Journal } from './journal.ts';
import { type Outside, type Question, Seam } from './seam.ts';
import type { Deed, Stimulus } from './turn.ts';
import { toJson, writtenFault } from './values.ts';

export interface JournaledInput {
  readonly journal: Journal;
  /** Let it happen in a moment of its own, when all that is under way has come to rest. */
  readonly inItsOwnTurn: (act: () => void) => void;
}

/** The device of a role, and everything it is told and does in a journal. */
export const startJournaled = (
  role: MemberRole,
  surroundings: Surroundings,
  input: JournaledInput,
): Device => {
  const recorder = new Recorder(role, surroundings, input);
  return recorder.start();
};

class Recorder implements Outside {
  readonly #role: MemberRole;
  readonly #live: Surroundings;
  readonly #input: JournaledInput;
  readonly #seam: Seam;
  readonly #run: number;
  #turn: { readonly atMs: number; readonly stimulus: Stimulus } | null = null;
  #deeds: Deed[] = [];
  #drawn: string[] = [];
  /** Commands of this very moment: what they set going has not come to rest. */
  #commands: unknown[] | null = null;
  #hasStopped = false;

  constructor(role: MemberRole, live: Surroundings, input: JournaledInput) {
    this.#role = role;
    this.#live = live;
    this.#input = input;
    const { modulation } = live.radio;
    const { limits = {}, store } = live;
    this.#run = input.journal.begin({
      device: role.name,
      ...{ role: toJson(role), limits: toJson(limits), modulation: toJson(modulation) },
      store: toJson(Object.fromEntries(store.entries(''))),
    });
    this.#seam = new Seam({ outside: this, modulation, store });
  }

  start(): Device {
    const { radio, tpm, sensor, watchers = [] } = this.#live;
    const { inItsOwnTurn } = this.#input;
    const hearing = radio.receptions.subscribe((reception) =>
      inItsOwnTurn(() =>
        this.#take(['heard', toJson(reception)], () => this.#seam.heard(reception)),
      ),
    );
    hearing.add(
      radio.troubles.subscribe((fault) =>
        inItsOwnTurn(() =>
          this.#take(['trouble', writtenFault(fault)], () => this.#seam.troubled(fault)),
        ),
      ),
    );
    this.#begin(['start']);
    const device = startDevice(this.#role, {
      ...{ ...this.#live, ...this.#seam.surroundings },
      watchers: [this.#seam.watch, ...watchers],
    });
    return {
      ...device,
      actor: commandedBy(device.actor, (event, send) => this.#command(event, send)),
      stop: async () => {
        this.#end(hearing);
        await device.stop();
        radio.close();
        await tpm.close();
        await sensor?.close();
      },
    } as Device;
  }

  did(deed: Deed): void {
    this.#deeds.push(deed);
  }

  draw(length: number): Uint8Array {
    const bytes = this.#live.random.bytes(length);
    this.did(`random ${length}`);
    this.#drawn.push(Buffer.from(bytes).toString('base64'));
    return bytes;
  }

  ask(id: number, question: Question): () => void {
    const done = (value?: unknown): void =>
      this.#answer(id, ['done', id, toJson(value)], () => this.#seam.done(id, value));
    const failed = (fault: unknown): void =>
      this.#answer(id, ['failed', id, writtenFault(fault)], () => this.#seam.failed(id, fault));
    const { clock, tpm, store, radio, sensor } = this.#live;
    switch (question.of) {
      case 'timer': {
        const fire = (): void => this.#take(['timer', id], () => this.#seam.done(id, undefined));
        const timer = clock.setTimeout(fire, question.delayMs);
        return () => clock.clearTimeout(timer);
      }
      case 'tpm':
        tpm.perform(question.name, question.input as never).then(done, failed);
        return nothing;
      case 'write':
        store.write(question.changes).then(done, failed);
        return nothing;
      case 'flush':
        store.flush().then(done, failed);
        return nothing;
      case 'measure':
        sensor?.read().then(done, failed);
        return nothing;
      case 'work':
        clock.work(question.latencyMs, question.start).then(done, failed);
        return nothing;
      case 'transmit':
        return ending(radio.transmit(question.frame).subscribe({ complete: done, error: failed }));
      case 'tune':
        return ending(radio.tune(question.modulation).subscribe({ complete: done, error: failed }));
      case 'sense': {
        let found: unknown;
        const next = (activity: unknown): void => {
          found = activity;
        };
        const complete = (): void => done(found);
        return ending(radio.senseActivity().subscribe({ next, complete, error: failed }));
      }
    }
  }

  /** An answer may come while the question is still being asked: it waits until all is at rest. */
  #answer(id: number, stimulus: Stimulus, deliver: () => void): void {
    this.#input.inItsOwnTurn(() => {
      if (this.#seam.awaited(id) !== null) this.#take(stimulus, deliver);
    });
  }

  #command(event: object, send: () => void): void {
    if (this.#commands === null) {
      this.#commands = [];
      this.#begin(['commands', this.#commands]);
      queueMicrotask(() => {
        this.#commands = null;
      });
    }
    this.#commands.push(toJson(event));
    send();
  }

  #take(stimulus: Stimulus, deliver: () => void): void {
    if (this.#hasStopped) return;
    this.#begin(stimulus);
    deliver();
  }

  #begin(stimulus: Stimulus): void {
    this.#finish();
    const atMs = this.#live.clock.now();
    this.#seam.nowMs = atMs;
    this.#turn = { atMs, stimulus };
  }

  #finish(): void {
    if (this.#turn === null) return;
    this.#input.journal.turn({
      ...{ run: this.#run, ...this.#turn, deeds: this.#deeds },
      ...(this.#drawn.length > 0 && { drawn: this.#drawn }),
    });
    [this.#turn, this.#deeds, this.#drawn] = [null, [], []];
  }

  #end(hearing: Subscription): void {
    hearing.unsubscribe();
    this.#begin(['stop']);
    this.#finish();
    this.#hasStopped = true;
  }
}

const nothing = (): void => undefined;
const ending = (subscription: Subscription) => (): void => subscription.unsubscribe();

/** The same actor; events from outside go by `command`. Its own parts know the actor itself. */
const commandedBy = <Actor extends Device['actor']>(
  actor: Actor,
  command: (event: object, send: () => void) => void,
): Actor =>
  new Proxy(actor, {
    get: (target, key) => {
      if (key === 'send')
        return (event: object) => command(event, () => target.send(event as never));
      const value = Reflect.get(target, key, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
