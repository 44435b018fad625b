import { airtimeMs } from '../../protocol/lora/airtime.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { broadcastParity } from './broadcast-parity.ts';
import { digest } from './digest.ts';
import { fragmentsOf } from './fragments.ts';
import {
  ACK_REQUEST_BYTES,
  type AckRequestFrame,
  type AnnounceFrame,
  bytesOnAir,
  type DataFrame,
  type ParityFrame,
} from './frame.ts';
import { BROADCAST, type OutgoingMessage } from './interface.ts';
import { parityFragments } from './parity.ts';
import type { Progress } from './rounds.ts';

/** Up to so many ack-requests' airtime, repeating what may be missing beats asking what is. */
export const REPEAT_RATHER_THAN_ASK = 3;

type Route = Pick<DataFrame, 'net' | 'src' | 'dst' | 'seq' | 'last'>;

/** A message under its sequence number, as the frames that a round of its exchange says. */
export class Outgoing {
  readonly last: number;
  readonly #message: OutgoingMessage;
  readonly #route: Route;
  readonly #fragments: readonly Uint8Array[];

  constructor(message: OutgoingMessage, seq: number) {
    const { net, src, dst, payload } = message;
    this.#message = message;
    this.#fragments = fragmentsOf(payload);
    this.last = this.#fragments.length - 1;
    this.#route = { net, src, dst, seq, last: this.last };
  }

  get route(): Route {
    return this.#route;
  }

  /**
   * The missing fragments, or after a silence the question what is missing. A broadcast has one
   * round, and parity that nobody could ask for later.
   */
  round(
    { missing, silences }: Progress,
    base: Modulation,
  ): readonly (DataFrame | ParityFrame | AckRequestFrame)[] {
    const repeat = this.#data(missing);
    if (this.#route.dst === BROADCAST) return [...repeat, ...this.#parity()];
    if (silences === 0) return repeat;
    const repeatMs = repeat.reduce((sum, frame) => sum + airtimeMs(base, bytesOnAir(frame)), 0);
    const isShort = repeatMs <= REPEAT_RATHER_THAN_ASK * airtimeMs(base, ACK_REQUEST_BYTES);
    return isShort ? repeat : [this.#question()];
  }

  /** That frames of these lengths follow at this rate step. */
  announcement(step: number, lengths: readonly number[]): AnnounceFrame {
    const frameBytes = Math.max(...lengths);
    return { type: 'announce', step, ...this.#route, frames: lengths.length, frameBytes };
  }

  #data(indexes: readonly number[]): DataFrame[] {
    return indexes.map((index) => ({
      type: 'data',
      ackWanted: index === indexes.at(-1) && this.#route.dst !== BROADCAST,
      ...this.#route,
      index,
      payload: this.#fragments[index] as Uint8Array,
    }));
  }

  /** Of a single fragment there is none, so that goes again. */
  #parity(): (DataFrame | ParityFrame)[] {
    const count = broadcastParity(this.#fragments.length);
    if (this.last === 0) return Array.from({ length: count }, () => this.#data([0])).flat();
    return parityFragments(this.#fragments, count).map((payload, index) => ({
      type: 'parity',
      ackWanted: false,
      ...this.#route,
      index,
      payload,
    }));
  }

  #question(): AckRequestFrame {
    return { type: 'ackRequest', ...this.#route, digest: digest(this.#message.payload) };
  }
}
