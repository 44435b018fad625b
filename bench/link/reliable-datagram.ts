import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import type { Random } from '../../drivers/random/interface.ts';

/** `[to][from][id][flags]`, and an acknowledgement has one byte besides. */
const HEADER_BYTES = 4;
const ACK_PAYLOAD = 0x21;
const FLAG_ACK = 0x80;
/** Default timeout; one is drawn between once and twice of it for each attempt. */
const TIMEOUT_MS = 200;
/** Default retries, so four attempts. */
export const DEFAULT_RETRIES = 3;
export const MAX_PAYLOAD_BYTES = 255 - HEADER_BYTES;

export interface ReliableDatagramInput {
  readonly radio: Radio;
  readonly clock: Clock;
  readonly random: Random;
  readonly address: number;
  readonly retries: number;
  /** From the last bit of a frame received to the first of the one it causes. */
  readonly turnaroundMs: number;
}

interface Attempt {
  readonly id: number;
  readonly to: number;
  readonly acknowledged: () => void;
}

/**
 * RHReliableDatagram of RadioHead 1.x over RH_RF95, as its source has it: one frame, one
 * acknowledgement, no listening before talking (that is off by default), the next attempt after a
 * timeout that does not know the modulation.
 */
export class ReliableDatagram {
  readonly #input: ReliableDatagramInput;
  readonly #seenIds = new Map<number, number>();
  readonly #deliver: (payload: Uint8Array) => void;
  #id = 0;
  #attempt: Attempt | null = null;

  constructor(input: ReliableDatagramInput, deliver: (payload: Uint8Array) => void) {
    this.#input = input;
    this.#deliver = deliver;
    input.radio.receptions.subscribe((reception) => this.#hear(reception));
  }

  /** `sendtoWait`: calls back with whether it was acknowledged within all attempts. */
  send(payload: Uint8Array, to: number, done: (acknowledged: boolean) => void): void {
    const { radio, clock, random, address, retries, turnaroundMs } = this.#input;
    this.#id = (this.#id + 1) & 0xff;
    const id = this.#id;
    const frame = Uint8Array.from([to, address, id, 0, ...payload]);
    const attempt = (left: number): void => {
      if (left === 0) {
        done(false);
        return;
      }
      const wait = (): void => {
        const [drawn = 0] = random.bytes(1);
        const timer = clock.setTimeout(
          () => {
            this.#attempt = null;
            attempt(left - 1);
          },
          TIMEOUT_MS + (TIMEOUT_MS * drawn) / 256,
        );
        const acknowledged = (): void => {
          this.#attempt = null;
          clock.clearTimeout(timer);
          clock.setTimeout(() => done(true), turnaroundMs);
        };
        this.#attempt = { id, to, acknowledged };
      };
      radio.transmit(frame).subscribe({ complete: wait });
    };
    attempt(retries + 1);
  }

  #hear({ frame }: Reception): void {
    const [to, from, id, flags] = frame;
    if (to !== this.#input.address || from === undefined || id === undefined) return;
    if ((flags ?? 0) & FLAG_ACK) {
      if (this.#attempt?.id === id && this.#attempt.to === from) this.#attempt.acknowledged();
      return;
    }
    const { radio, clock, address, turnaroundMs } = this.#input;
    const ack = Uint8Array.of(from, address, id, FLAG_ACK, ACK_PAYLOAD);
    clock.setTimeout(() => radio.transmit(ack).subscribe(), turnaroundMs);
    if (this.#seenIds.get(from) === id) return;
    this.#seenIds.set(from, id);
    this.#deliver(frame.slice(HEADER_BYTES));
  }
}
