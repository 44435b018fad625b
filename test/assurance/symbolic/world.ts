import type { AnyStateMachine } from 'xstate';
import { TiesError } from '../../../protocol/errors.ts';
import { endOf, type Moved, moved, started, timersOf } from './chart.ts';
import { type Message, numbered } from './messages.ts';
import type { Rules } from './rules.ts';

/** One protocol run: a chart's position, and what its host keeps beside it. */
export interface Run {
  readonly kind: string;
  readonly value: string;
  readonly context: Moved['context'];
  /** What it has asked its host for and waits for. */
  readonly pending: string | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A device: what survives a restart, what does not, and what is under way. */
export interface Device {
  readonly store: Readonly<Record<string, unknown>>;
  readonly memory: Readonly<Record<string, unknown>>;
  readonly runs: Readonly<Record<string, Run>>;
}

/** One state of the search. The air only grows: the attacker has recorded everything. */
export interface World {
  readonly devices: Readonly<Record<number, Device>>;
  readonly air: readonly number[];
  /** Secrets that the attacker has. */
  readonly known: readonly string[];
  /** How often what may still happen. */
  readonly budget: Readonly<Record<string, number>>;
  /** What has happened, for the properties. */
  readonly facts: readonly string[];
}

/** How a chart is hosted: what is done at once, and what takes a while. */
export interface Kind {
  readonly chart: AnyStateMachine;
  /** Throws where the work fails. What it returns decides whether it takes a while. */
  readonly perform: (draft: Draft, self: number, id: string, name: string, input: never) => void;
  readonly prompt: readonly string[];
  readonly note?: (draft: Draft, self: number, id: string, action: string, heard: Message) => void;
}

/** With its keys in order, as two ways to one state must give one text. */
const ordered = <T>(record: Readonly<Record<string, T>>, key: string, value: T) => {
  const next = { ...record, [key]: value };
  if (key in record) return next;
  return Object.fromEntries(Object.entries(next).sort(([a], [b]) => (a < b ? -1 : 1)));
};

const sorted = <T>(items: readonly T[], item: T, before: (a: T, b: T) => number): readonly T[] =>
  [...items, item].sort(before);
const byText = (a: string, b: string): number => (a < b ? -1 : 1);

/** A world on its way to the next. */
export class Draft {
  devices: Record<number, Device>;
  air: readonly number[];
  known: readonly string[];
  budget: Record<string, number>;
  facts: readonly string[];
  /** What was said and done on the way, for a sequence chart. */
  readonly log: string[] = [];
  readonly kinds: Readonly<Record<string, Kind>>;
  readonly rules: Rules;
  readonly #from: World;

  constructor(world: World, kinds: Readonly<Record<string, Kind>>, rules: Rules) {
    this.#from = world;
    this.devices = { ...world.devices };
    this.air = world.air;
    this.known = world.known;
    this.budget = { ...world.budget };
    this.facts = world.facts;
    this.kinds = kinds;
    this.rules = rules;
  }

  /** Whether anything differs from the world it began with. */
  get isChanged(): boolean {
    const { devices, air, known, facts } = this.#from;
    return (
      this.air !== air ||
      this.known !== known ||
      this.facts !== facts ||
      Object.keys(devices).some((self) => devices[Number(self)] !== this.devices[Number(self)])
    );
  }

  world(): World {
    const { devices, air, known, budget, facts } = this;
    return { devices, air, known, budget, facts };
  }

  /** One more of these, if there is one left. */
  spend(what: string): boolean {
    const left = this.budget[what] ?? 0;
    if (left <= 0) return false;
    this.budget[what] = left - 1;
    return true;
  }

  fact(text: string): void {
    if (!this.facts.includes(text)) this.facts = sorted(this.facts, text, byText);
  }

  learn(secret: string): void {
    if (!this.known.includes(secret)) this.known = sorted(this.known, secret, byText);
  }

  send(message: Message): void {
    const number = numbered(message);
    this.log.push(`${message.src}>*: ${textOf(message)}`);
    if (!this.air.includes(number)) this.air = sorted(this.air, number, (a, b) => a - b);
  }

  device(self: number): Device {
    return this.devices[self] as Device;
  }

  set(self: number, change: Partial<Device>): void {
    this.devices[self] = { ...this.device(self), ...change };
  }

  remember(self: number, change: Readonly<Record<string, unknown>>): void {
    let { memory } = this.device(self);
    for (const [key, value] of Object.entries(change)) memory = ordered(memory, key, value);
    this.set(self, { memory });
  }

  memory<T>(self: number, key: string): T | undefined {
    return this.device(self).memory[key] as T | undefined;
  }

  write(self: number, change: Readonly<Record<string, unknown>>): void {
    let { store } = this.device(self);
    for (const [key, value] of Object.entries(change)) {
      const { [key]: _, ...rest } = store;
      store = value === undefined ? rest : ordered(store, key, value);
    }
    this.set(self, { store });
  }

  stored<T>(self: number, key: string): T | undefined {
    return this.device(self).store[key] as T | undefined;
  }

  run(self: number, id: string): Run | undefined {
    return this.device(self).runs[id];
  }

  /** What the host of a run keeps beside its chart. */
  keep(self: number, id: string, data: Readonly<Record<string, unknown>>): void {
    const run = this.run(self, id);
    if (run === undefined) return;
    const runs = { ...this.device(self).runs, [id]: { ...run, data: { ...run.data, ...data } } };
    this.set(self, { runs });
  }

  drop(self: number, id: string): void {
    const { [id]: _, ...runs } = this.device(self).runs;
    this.set(self, { runs });
  }

  begin(self: number, id: string, kind: string, input: object, data: Run['data'] = {}): void {
    const { chart } = this.kinds[kind] as Kind;
    const first = started(chart, input);
    const run = { kind, value: first.value, context: first.context, pending: null, data };
    this.set(self, { runs: ordered(this.device(self).runs, id, run) });
    this.#follow(self, id, first, undefined);
  }

  /** Let a chart have an event; the chart decides whether it means anything now. */
  drive(
    self: number,
    id: string,
    event: { readonly type: string; readonly [key: string]: unknown },
    heard?: Message,
  ): boolean {
    const run = this.run(self, id);
    if (run === undefined) return false;
    const next = moved((this.kinds[run.kind] as Kind).chart, run, event);
    if (!next.moved) return false;
    this.#follow(self, id, next, heard);
    return true;
  }

  /** What a run waits for is done, or has failed. */
  complete(self: number, id: string): void {
    const run = this.run(self, id);
    if (run?.pending == null) return;
    this.set(self, { runs: { ...this.device(self).runs, [id]: { ...run, pending: null } } });
    this.#work(self, id, run.pending, undefined);
  }

  /** The patience of a run ends. A repeat that says nothing new is passed over. */
  expire(self: number, id: string, timer: string): void {
    for (let times = 0; times < 12; times += 1) {
      const before = this.run(self, id);
      if (before === undefined) return;
      const said = this.air.length;
      this.drive(self, id, { type: timer });
      const after = this.run(self, id);
      if (after?.value !== before.value || this.air.length > said) return;
    }
  }

  #follow(self: number, id: string, next: Moved, heard: Message | undefined): void {
    const run = this.run(self, id) as Run;
    const kind = this.kinds[run.kind] as Kind;
    const { value, context } = next;
    const pending = next.invoked === null && value === run.value ? run.pending : null;
    this.set(self, {
      runs: { ...this.device(self).runs, [id]: { ...run, value, context, pending } },
    });
    for (const action of next.noted)
      if (heard !== undefined) kind.note?.(this, self, id, action, heard);
    if (next.outcome !== null) {
      const { reason } = next.outcome;
      this.log.push(`${self}: ${run.kind} ${reason ?? value}`);
      this.drop(self, id);
      expectNothing(this, self, id);
      return;
    }
    if (next.invoked === null) return;
    const { name, input } = next.invoked;
    if (kind.prompt.includes(name)) this.#work(self, id, name, input);
    else this.#wait(self, id, name);
  }

  #wait(self: number, id: string, pending: string): void {
    const run = this.run(self, id) as Run;
    this.set(self, { runs: { ...this.device(self).runs, [id]: { ...run, pending } } });
  }

  #work(self: number, id: string, name: string, input: unknown): void {
    const { kind, value } = this.run(self, id) as Run;
    const { chart, perform } = this.kinds[kind] as Kind;
    let error: TiesError | null = null;
    try {
      perform(this, self, id, name, input as never);
    } catch (thrown) {
      if (!(thrown instanceof TiesError)) throw thrown;
      error = thrown;
    }
    const type = endOf(chart, value, error === null ? 'done' : 'error');
    if (type === null || this.run(self, id)?.value !== value) return;
    this.drive(self, id, error === null ? { type } : { type, error });
  }
}

const textOf = ({ name, clear, body }: Message): string => {
  const said = Object.entries({ ...clear, ...body }).map(([key, value]) => `${key} ${value}`);
  return said.length === 0 ? name : `${name} {${said.join(', ')}}`;
};

/** Requests on the air and the runs that wait for their answers; a run that has ended waits for none. */
export const expectNothing = (draft: Draft, self: number, run: string): void => {
  const expected = draft.memory<Record<string, string>>(self, 'expected') ?? {};
  const rest = Object.entries(expected).filter(([, waiting]) => waiting !== run);
  if (rest.length < Object.keys(expected).length)
    draft.remember(self, { expected: Object.fromEntries(rest) });
};

/** What may happen without a message: work that ends, patience that does. */
export const inner = (world: World, kinds: Readonly<Record<string, Kind>>) => {
  const steps: { readonly label: string; readonly take: (draft: Draft) => void }[] = [];
  for (const [address, { runs }] of Object.entries(world.devices)) {
    const self = Number(address);
    for (const [id, run] of Object.entries(runs)) {
      if (run.pending !== null)
        steps.push({
          label: `${self}: ${run.kind} has ${run.pending} done`,
          take: (draft) => draft.complete(self, id),
        });
      const { chart } = kinds[run.kind] as Kind;
      for (const { name, type } of timersOf(chart, run.value)) {
        if (name === 'backOff' && (world.budget.attempts ?? 0) === 0) continue;
        steps.push({
          label: `${self}: ${run.kind} waits no longer (${name})`,
          take: (draft) => {
            if (name === 'backOff') draft.spend('attempts');
            draft.expire(self, id, type);
          },
        });
      }
    }
  }
  return steps;
};
