import { MESSAGES, type MessageName } from '../../protocol/messages.ts';
import type { EventSeen, MessageSeen, SnapshotSeen } from '../../transports/inspect/interface.ts';
import { type Happening, placeOf } from './journal.ts';

/** What became of a message at whom it was for, as far as it is known at a moment. */
export type Fate =
  | { readonly is: 'in flight' }
  | { readonly is: 'authenticated' }
  | { readonly is: 'refused'; readonly reason: string }
  /** Its receiver's link has it; of what is behind that link nothing is told. */
  | { readonly is: 'received' }
  /** Nobody said anything of it: lost, or not for anybody who is watched. */
  | { readonly is: 'waiting' };

/** Opening takes TPM work at most, which may take so long. */
const OPENED_WITHIN_MS = 60_000;

interface Opening {
  readonly atMs: number;
  /** Place among the happenings. */
  readonly place: number;
  readonly event: EventSeen;
}

const VERDICTS = ['message.opened', 'message.refused'];

/** What routers said of messages, by device and message, for looking up. */
export class Openings {
  readonly #by = new Map<string, Opening[]>();
  readonly #watched = new Set<string>();
  #read = 0;

  read(happenings: readonly Happening[], from: number): void {
    if (from < this.#read) {
      this.#by.clear();
      this.#watched.clear();
      this.#read = 0;
    }
    for (; this.#read < happenings.length; this.#read += 1) {
      const it = happenings[this.#read] as Happening;
      this.#watched.add(it.device);
      if (it.type !== '@xstate.event' || !VERDICTS.includes(it.event.type)) continue;
      const key = `${it.device} ${it.event.name}`;
      const opening = { atMs: it.atMs, place: this.#read, event: it };
      const known = this.#by.get(key);
      if (known === undefined) this.#by.set(key, [opening]);
      else known.push(opening);
    }
  }

  /** Whether anything is told of what a device does. */
  watches(device: string): boolean {
    return this.#watched.has(device);
  }

  /** The first that was said of a message since it was on the air. */
  of({ to, name, atMs }: MessageSeen, device = to): Opening | null {
    const openings = this.#by.get(`${device} ${name}`) ?? [];
    const opening = openings[placeOf(openings, atMs)];
    return opening !== undefined && opening.atMs <= atMs + OPENED_WITHIN_MS ? opening : null;
  }
}

export const fateOf = (message: MessageSeen, openings: Openings, nowMs: number): Fate => {
  const opening = openings.of(message);
  if (opening !== null && opening.atMs <= nowMs) {
    const { type, reason } = opening.event.event;
    return type === 'message.opened'
      ? { is: 'authenticated' }
      : { is: 'refused', reason: String(reason ?? '') };
  }
  if (nowMs < message.endMs || message.name === null) return { is: 'in flight' };
  if (!openings.watches(message.to) && message.acks > 0) return { is: 'received' };
  return message.to === 'all' ? { is: 'authenticated' } : { is: 'waiting' };
};

/** A line of what a message says. */
export interface Field {
  readonly name: string;
  readonly value: string;
  /** Where it stands: readable by everybody, or sealed. */
  readonly part: 'header' | 'clear' | 'sealed';
}

const text = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? '');

const fields = (values: unknown, part: Field['part']): Field[] =>
  Object.entries((values ?? {}) as object).map(([name, value]) => ({
    name,
    value: text(value),
    part,
  }));

/** What is known of a message's content: from whoever opened it. */
export const fieldsOf = (message: MessageSeen, openings: Openings): Field[] => {
  const { name } = message;
  if (name === null) return [];
  const spec = MESSAGES[name];
  const opened = openings.of(message)?.event.event as
    | {
        readonly event?: { readonly clear?: unknown; readonly body?: unknown };
        readonly request?: { readonly counter?: number };
      }
    | undefined;
  const counter = opened?.request?.counter;
  return [
    { name: 'type', value: `${spec.id}, ${spec.direction}`, part: 'header' },
    ...(counter === undefined
      ? []
      : [{ name: 'counter', value: String(counter), part: 'header' } as const]),
    ...fields(opened?.event?.clear, 'clear'),
    ...fields(opened?.event?.body, 'sealed'),
    { name: 'protected by', value: protection(name), part: 'sealed' },
  ];
};

const protection = (name: MessageName): string => {
  const { protection } = MESSAGES[name];
  return protection.kind === 'signature'
    ? 'a signature'
    : `a tag of ${protection.tagBytes} B, key of ${protection.purpose}`;
};

/** The transition that a message caused: the first step of an actor that was told its fact. */
export const causedBy = (
  message: MessageSeen,
  openings: Openings,
  happenings: readonly Happening[],
): SnapshotSeen | null => {
  const opening = openings.of(message);
  if (opening === null || message.name === null) return null;
  const { fact } = MESSAGES[message.name];
  for (let at = opening.place; at < happenings.length; at += 1) {
    const it = happenings[at] as Happening;
    if (it.atMs > opening.atMs) return null;
    const isIts = it.type === '@xstate.snapshot' && it.device === opening.event.device;
    if (isIts && it.event.type === fact) return it;
  }
  return null;
};
