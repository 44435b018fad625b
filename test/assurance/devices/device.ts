import { Subject } from 'rxjs';
import { type AnyActorRef, createActor, type EventObject } from 'xstate';
import { centerMachine } from '../../../actors/center/center.ts';
import type { DeviceDeps } from '../../../actors/device.ts';
import { nodeMachine } from '../../../actors/node/node.ts';
import type { Store } from '../../../actors/store.ts';
import type { Tpm } from '../../../drivers/tpm/interface.ts';
import { modelTpm } from '../../../drivers/tpm/model/model-tpm.ts';
import type { NonVolatile } from '../../../drivers/tpm/model/nonvolatile.ts';
import { CENTER, decodeMembership } from '../../../protocol/identity.ts';
import { Secret } from '../../../protocol/secret.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import type { IncomingMessage, OutgoingMessage } from '../../../transports/lora/interface.ts';
import { LateClock } from './late-clock.ts';
import { textOf } from './messages.ts';
import { keyName, type Noted, turn, watchedTpm } from './provider.ts';
import { attackersLink, watchedStore } from './surroundings.ts';
import { type Pose, posing } from './thief.ts';

/** What a device is when its power is off. */
export interface Kept {
  readonly name: string;
  readonly role: 'node' | 'center';
  readonly nv: NonVolatile;
  readonly store: ReadonlyMap<string, unknown>;
  /** Other things happen while its TPM makes, translates or imports a session key. */
  readonly isSlow?: boolean;
  /** A TPM in a thief's hands: whose key it says it holds. */
  readonly poses?: Pose;
}

/** What may happen to a device. */
export type Input =
  | { readonly type: 'hear'; readonly message: Omit<OutgoingMessage, 'priority'> }
  | { readonly type: 'command'; readonly command: EventObject }
  /** Time passes until something new comes of it. */
  | { readonly type: 'wait' }
  /** The TPM operation that takes a while is done. */
  | { readonly type: 'done' }
  | { readonly type: 'restart' };

/** What came of an input. */
export interface Happened {
  /** Without what it has said before. */
  readonly said: readonly OutgoingMessage[];
  readonly news: readonly EventObject[];
  readonly noted: readonly Noted[];
  /** Its charts, what they keep, or its store. */
  readonly moved: boolean;
}

/** Operations during which other things happen; the rest are as good as instant. */
const SLOW: readonly string[] = ['createSessionKey', 'translate', 'importSessionKey'];

/** Less than any limit on what anybody on the air may cause; a wait is more than all of them. */
const BETWEEN_MS = 100;
const WAIT_MS = 61_000;
/** What lies further ahead is housekeeping, and is passed over. */
const SOON_MS = 300_001;
const MAX_TIMERS = 12;

/** Everything that is due at once has been done: promises here wait for nothing outside. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * A device as it is shipped, from its root down, on a TPM model with real ciphers. It does nothing
 * but what an input makes it do, and the same inputs always make it do the same.
 */
export class Device {
  readonly #name: string;
  readonly #role: Kept['role'];
  readonly #isSlow: boolean;
  readonly #poses: Pose | undefined;
  readonly #nv: NonVolatile;
  readonly #values: Map<string, unknown>;
  readonly #clock = new LateClock();
  #power: { actor: AnyActorRef; tpm: Tpm; heard: Subject<IncomingMessage> } | null = null;
  #slow: (() => void)[] = [];
  #said: OutgoingMessage[] = [];
  #news: EventObject[] = [];
  #noted: Noted[] = [];
  #snapshot = '';
  #wasWorking = false;
  readonly #spoken = new Set<string>();
  readonly #store: Store;

  private constructor({ name, role, nv, store, isSlow = false, poses }: Kept) {
    [this.#isSlow, this.#poses] = [isSlow, poses];
    this.#name = name;
    this.#role = role;
    // What a TPM erases it overwrites, and others begin from the same.
    const accessKey = nv.accessKey && new Secret(nv.accessKey.reveal());
    this.#nv = { ...nv, accessKey, holder: null };
    this.#values = new Map(store);
    this.#store = watchedStore(this.#values, (requester, taken) => {
      if (role === 'node') this.#note({ type: 'wrote', requester, taken });
    });
  }

  static async on(kept: Kept): Promise<Device> {
    const device = new Device(kept);
    await device.#switchOn();
    return device;
  }

  get kept(): Kept {
    const nv = { ...this.#nv, holder: null };
    return { name: this.#name, role: this.#role, nv, store: new Map(this.#values) };
  }

  stored<T>(key: string): T | undefined {
    return this.#values.get(key) as T | undefined;
  }

  get name(): string {
    return this.#name;
  }

  /** As which it is addressed: its own once it is a member. */
  get address(): number {
    if (this.#role === 'center') return CENTER;
    return this.#nv.identity === null ? 0 : decodeMembership(this.#nv.identity).address;
  }

  /** Its boot epoch. */
  get epoch(): number {
    return this.#nv.bootCounter;
  }

  get isMember(): boolean {
    return this.stored('dismissal') === undefined;
  }

  entries<T>(prefix: string): readonly T[] {
    return this.#store.entries<T>(prefix).map(([, value]) => value);
  }

  /** Whom it holds session keys for. */
  get peers(): readonly number[] {
    return this.#store.entries('session/').map(([key]) => Number(key.split('/').at(-1)));
  }

  /** Whether an operation waits to be done. */
  get isWorking(): boolean {
    return this.#slow.length > 0;
  }

  /** Whether a protocol run waits for a message, and no time that passes ends that. */
  get isStuck(): boolean {
    const runs = this.#runs.filter(([name]) => name !== 'roster');
    return runs.length > 0 && !this.isWorking && this.#clock.next(SOON_MS) === undefined;
  }

  get #runs(): readonly (readonly [string, AnyActorRef])[] {
    const { children } = (this.#power as { actor: AnyActorRef }).actor.getSnapshot();
    return Object.entries(children as Record<string, AnyActorRef>).filter(
      ([name]) => !['tpm', 'radio', 'router', 'readings'].includes(name),
    );
  }

  /** Value of the root's chart, and of those of its runs. */
  get state(): string {
    const { value } = (this.#power as { actor: AnyActorRef }).actor.getSnapshot();
    const runs = this.#runs.map(([name, child]) => {
      const snapshot = child.getSnapshot();
      return `${name} ${JSON.stringify(snapshot.value ?? snapshot.status)}`;
    });
    return [JSON.stringify(value), ...runs.sort()].join('; ');
  }

  /** What came of being switched on. */
  get begun(): Happened {
    return this.#happened();
  }

  /** Its charts, with what they keep, and its store. */
  get snapshot(): unknown {
    const contexts = this.#runs.map(([name, child]) => [
      name,
      child.getSnapshot().value,
      child.getSnapshot().context,
    ]);
    return [this.state, contexts, [...this.#values].sort(([a], [b]) => (a < b ? -1 : 1))];
  }

  async take(input: Input): Promise<Happened> {
    this.#clock.pass(input.type === 'wait' ? WAIT_MS : BETWEEN_MS);
    turn.note = this.#note;
    await this.#do(input);
    await settled();
    return this.#happened();
  }

  async off(): Promise<void> {
    this.#power?.actor.stop();
    await this.#power?.tpm.close();
    this.#clock.clear();
    this.#slow = [];
    this.#power = null;
  }

  async #do(input: Input): Promise<void> {
    switch (input.type) {
      case 'hear':
        return this.#power?.heard.next({ ...input.message, rssiDbm: -60, snrDb: 9 });
      case 'command':
        return this.#power?.actor.send(input.command);
      case 'done':
        return this.#slow.shift()?.();
      case 'restart':
        await this.off();
        return this.#switchOn();
      case 'wait':
        return this.#wait();
    }
  }

  async #wait(): Promise<void> {
    for (let fired = 0; fired < MAX_TIMERS; fired += 1) {
      const timer = this.#clock.next(SOON_MS);
      if (timer === undefined) return;
      this.#clock.fire(timer);
      await settled();
      if (this.#news.length > 0 || this.isWorking) return;
      if (this.#said.some((message) => !this.#spoken.has(textOf(message)))) return;
    }
  }

  #happened(): Happened {
    const said = this.#said.filter((message) => !this.#spoken.has(textOf(message)));
    for (const message of said) this.#spoken.add(textOf(message));
    const snapshot = JSON.stringify(this.snapshot);
    const moved = snapshot !== this.#snapshot || this.isWorking !== this.#wasWorking;
    [this.#snapshot, this.#wasWorking] = [snapshot, this.isWorking];
    const happened = { said, news: this.#news, noted: this.#noted, moved };
    [this.#said, this.#news, this.#noted] = [[], [], []];
    return happened;
  }

  async #switchOn(): Promise<void> {
    const heard = new Subject<IncomingMessage>();
    const label = `${this.#name} ${this.#nv.bootCounter}`;
    const own = modelTpm({ nv: this.#nv, random: seededRandom('tpm', label) });
    const inner = this.#poses === undefined ? own : posing(own, this.#poses);
    const tpm = watchedTpm(inner, this.#hold);
    const link = attackersLink(this.#clock, heard, (message) => this.#said.push(message));
    const deps: DeviceDeps = {
      ...{ tpm, link, store: this.#store, clock: this.#clock },
      random: seededRandom('host', label),
      keyLog: ({ key, ...used }) =>
        this.#note({ type: 'used', ...used, key: keyName(key.reveal()) }),
    };
    const options = { clock: this.#clock, id: this.#name };
    const actor: AnyActorRef =
      this.#role === 'center'
        ? createActor(centerMachine(deps), options)
        : createActor(nodeMachine(deps), options);
    actor.on('*', (event) => this.#news.push(event));
    this.#power = { actor, tpm, heard };
    turn.note = this.#note;
    actor.start();
    await settled();
  }

  readonly #note = (noted: Noted): void => {
    this.#noted.push(noted);
  };

  readonly #hold = (name: string): Promise<void> | null =>
    this.#isSlow && SLOW.includes(name) ? new Promise((resolve) => this.#slow.push(resolve)) : null;
}

const REFUSED = ['message.refused', 'message.dead'];

/** Whether nothing came of an input: no word, no news but that it was refused, nothing moved. */
export const isVain = ({ said, news, moved }: Happened): boolean =>
  said.length === 0 && !moved && news.every(({ type }) => REFUSED.includes(type));
