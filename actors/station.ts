import type { Clock } from '../drivers/clock/interface.ts';
import type { Random } from '../drivers/random/interface.ts';
import { type Place, type Sealable, seal } from '../protocol/envelope.ts';
import { TiesError } from '../protocol/errors.ts';
import { CENTER } from '../protocol/identity.ts';
import type { KeyLog } from '../protocol/key-log.ts';
import type { BodyOf, ClearOf, MessageName } from '../protocol/messages.ts';
import type { Secret } from '../protocol/secret.ts';
import type { Delivery, OutgoingMessage } from '../transports/lora/interface.ts';
import { Answers, type Request } from './answers.ts';
import {
  type Association,
  associationKeyId,
  type Bond,
  controlPair,
  rejoinPair,
} from './association.ts';
import type { Outlets } from './outlets.ts';
import type { Store } from './store.ts';
import { TrafficKeys } from './traffic-keys.ts';

/** A message ready for the air. */
export interface Sealed {
  readonly name: MessageName;
  readonly counter: number;
  readonly message: OutgoingMessage;
}

/** A process takes a new epoch before a counter gets here. */
const COUNTER_LIMIT = 2 ** 31;

/** What both roles have: outlets, keys in memory, counters, answers, the store. */
export class Station {
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store;
  readonly outlets: Outlets;
  readonly keys: TrafficKeys;
  readonly answers: Answers;
  /** This process's boot epoch. */
  readonly epoch: number;
  readonly #keyLog: KeyLog | undefined;
  readonly #counters = new Map<number, number>();
  /** Requests on the air and the actors that wait for their answers. */
  readonly #expected = new Map<string, string>();

  constructor(deps: {
    clock: Clock;
    random: Random;
    store: Store;
    outlets: Outlets;
    epoch: number;
    keyLog?: KeyLog;
  }) {
    this.clock = deps.clock;
    this.random = deps.random;
    this.store = deps.store;
    this.outlets = deps.outlets;
    this.epoch = deps.epoch;
    this.#keyLog = deps.keyLog;
    this.answers = new Answers(deps.clock);
    this.keys = new TrafficKeys((key, blocks) => deps.outlets.perform('derive', { key, blocks }));
  }

  pause(ms: number): Promise<void> {
    return new Promise((resolve) => this.clock.setTimeout(resolve, ms));
  }

  /**
   * The next counter for a destination: it rises and never restarts within an epoch. One runs
   * through all types, so that an answer's `re` names one request.
   */
  nextCounter(dst: number): number {
    const counter = (this.#counters.get(dst) ?? 0) + 1;
    if (counter >= COUNTER_LIMIT)
      throw new TiesError('TIES_EPOCH_SPENT', 'This epoch is used up; restart to take a new one.');
    this.#counters.set(dst, counter);
    return counter;
  }

  /**
   * Seal under `key` with the next counter, or with one that the key itself has not seen yet;
   * `net` is 0 while joining.
   */
  seal<N extends MessageName>(
    key: Secret,
    net: number,
    content: Omit<Sealable<N>, keyof Place> & Pick<Place, 'src' | 'dst'> & { counter?: number },
  ): Sealed {
    const { src, dst, name, counter = this.nextCounter(dst) } = content;
    const place = { src, dst, epoch: this.epoch, counter };
    this.#keyLog?.({ name, src, dst, epoch: this.epoch, key });
    const payload = seal({ ...content, ...place } as Sealable<N>, key);
    return { name, counter, message: { net, src, dst, payload } };
  }

  /** Seal between a node and the Central Entity, in the direction that `as` speaks. */
  async sealControl<N extends MessageName>(
    association: Association,
    as: 'node' | 'center',
    content: { name: N; clear: ClearOf<N>; body: BodyOf<N>; bound?: Uint8Array },
  ): Promise<Sealed> {
    const [toCenter, toNode] = await this.keys.get(association.root, controlPair(association));
    const key = as === 'node' ? toCenter : toNode;
    const [src, dst] = as === 'node' ? [association.node, CENTER] : [CENTER, association.node];
    const net = association.netId[0] as number;
    const kid = associationKeyId(association);
    return this.seal<N>(key.secret, net, {
      ...content,
      kid,
      src,
      dst,
    });
  }

  /** The same under MK without epochs: R0 to R2, each of which tells its own in clear. */
  async sealRejoin<N extends 'R0' | 'R1' | 'R2'>(
    bond: Bond,
    content: { name: N; body: BodyOf<N>; bound?: Uint8Array },
  ): Promise<Sealed> {
    const [toCenter, toNode] = await this.keys.get(bond.root, rejoinPair(bond));
    const isNode = content.name === 'R1';
    const [src, dst] = isNode ? [bond.node, CENTER] : [CENTER, bond.node];
    const clear = { epoch: this.epoch } as ClearOf<N>;
    const net = bond.netId[0] as number;
    const { secret } = isNode ? toCenter : toNode;
    return this.seal<N>(secret, net, { ...content, kid: 0, src, dst, clear } as never);
  }

  /** `actor` waits for what answers `sealed`. */
  expect(sealed: Sealed, actor: string): void {
    this.#expected.set(`${sealed.message.dst}/${sealed.counter}`, actor);
  }

  /** Who waits for an answer of `from` to the request with counter `re`. */
  expecting(from: number, re: number): string | null {
    return this.#expected.get(`${from}/${re}`) ?? null;
  }

  /** The actor has ended; nothing is expected for it any more. */
  expectNothing(actor: string): void {
    for (const [key, waiting] of this.#expected) if (waiting === actor) this.#expected.delete(key);
  }

  /**
   * Send; as the answer to `answering` it is kept, should the request come again, and goes before
   * what begins something new. Where what it was made of could not be made durable, nothing came
   * of the request.
   */
  async transmit(
    sealed: Sealed,
    options: { signal?: AbortSignal; answering?: Request; isUrgent?: boolean } = {},
  ): Promise<Delivery> {
    const { signal, answering, isUrgent = answering !== undefined } = options;
    try {
      await this.store.flush();
    } catch (error) {
      if (answering !== undefined) this.answers.forget(answering);
      throw error;
    }
    const message = isUrgent ? { ...sealed.message, priority: 1 } : sealed.message;
    if (answering !== undefined) this.answers.answer(answering, message);
    return this.outlets.send(message, signal);
  }
}
