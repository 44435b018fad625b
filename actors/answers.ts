import type { Clock } from '../drivers/clock/interface.ts';
import { equalBytes, sha256 } from '../protocol/bytes.ts';
import type { MessageName } from '../protocol/messages.ts';
import type { OutgoingMessage } from '../transports/lora/interface.ts';

/** An authenticated request, as its answer refers to it. */
export interface Request {
  readonly from: number;
  readonly name: MessageName;
  readonly counter: number;
  /** SHA-256 of the whole message. */
  readonly digest: Uint8Array;
}

interface Entry {
  readonly request: Request;
  answer: OutgoingMessage | null;
  answeredMs: number;
}

/** The same request is answered again at most this often. */
const REPEAT_MS = 1_000;

/**
 * The last request of each kind from each source, and its answer: a repeat costs no TPM work and
 * changes nothing. A repeat of one that is in work gets nothing.
 */
export class Answers {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What to do with a message before anything is spent on it: null if it is new. */
  repeat(from: number, name: MessageName, payload: Uint8Array): OutgoingMessage | 'ignore' | null {
    const entry = this.#entries.get(key(from, name));
    if (entry === undefined || !equalBytes(entry.request.digest, sha256(payload))) return null;
    if (entry.answer === null || this.#clock.now() - entry.answeredMs < REPEAT_MS) return 'ignore';
    entry.answeredMs = this.#clock.now();
    return entry.answer;
  }

  begin(request: Request): void {
    this.#entries.set(key(request.from, request.name), {
      request,
      answer: null,
      answeredMs: Number.NEGATIVE_INFINITY,
    });
  }

  answer(request: Request, answer: OutgoingMessage): void {
    const entry = this.#entryOf(request);
    if (entry === undefined) return;
    entry.answer = answer;
    entry.answeredMs = this.#clock.now();
  }

  /** Nothing came of the request: where its counter allows it, a repeat is taken as new. */
  forget(request: Request): void {
    if (this.#entryOf(request) !== undefined) this.#entries.delete(key(request.from, request.name));
  }

  #entryOf(request: Request): Entry | undefined {
    const entry = this.#entries.get(key(request.from, request.name));
    return entry !== undefined && equalBytes(entry.request.digest, request.digest)
      ? entry
      : undefined;
  }
}

const key = (from: number, name: MessageName): string => `${from}/${name}`;
