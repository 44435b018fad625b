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
  /** The last before this one, which it is again if this one is dismissed. */
  before: Entry | undefined;
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
    const name = key(request.from, request.name);
    const last = this.#entries.get(name);
    if (last !== undefined) last.before = undefined;
    const isSame = last !== undefined && equalBytes(last.request.digest, request.digest);
    const before = isSame ? undefined : last;
    const answeredMs = Number.NEGATIVE_INFINITY;
    this.#entries.set(name, { request, before, answer: null, answeredMs });
  }

  answer(request: Request, answer: OutgoingMessage): void {
    const entry = this.#entryOf(request);
    if (entry === undefined) return;
    entry.answer = answer;
    entry.answeredMs = this.#clock.now();
  }

  /** Nothing came of the request: where its counter allows it, a repeat is taken as new. */
  forget(request: Request): void {
    const name = key(request.from, request.name);
    const entry = this.#entryOf(request);
    const last = this.#entries.get(name);
    if (entry === undefined || last === undefined) return;
    if (entry === last) this.#entries.delete(name);
    else last.before = undefined;
  }

  /**
   * The request had nowhere to go and has displaced nothing: what was in work or answered before it
   * still is. Otherwise two recordings played in turn would each be taken for new, without end.
   */
  dismiss(request: Request): void {
    const name = key(request.from, request.name);
    const entry = this.#entries.get(name);
    if (entry === undefined || entry !== this.#entryOf(request)) return;
    if (entry.before === undefined) this.#entries.delete(name);
    else this.#entries.set(name, entry.before);
  }

  #entryOf(request: Request): Entry | undefined {
    const last = this.#entries.get(key(request.from, request.name));
    return [last, last?.before].find(
      (entry) => entry !== undefined && equalBytes(entry.request.digest, request.digest),
    );
  }
}

const key = (from: number, name: MessageName): string => `${from}/${name}`;
