import type { InspectionEvent } from 'xstate';
import type { MessageName } from '../../protocol/messages.ts';

/** Where a device's tap tells what it sees. It never throws and never waits. */
export interface Feed {
  /** What `createActor({ inspect })` gave, at a moment of the device's clock. */
  inspect(seen: InspectionEvent, atMs: number): void;
  /** What the root told. */
  news(news: { readonly type: string }, atMs: number): void;
}

/** What stands in every event: when, by the clock of the world, and on which device. */
interface Stamp {
  readonly atMs: number;
  readonly device: string;
}

/** As `@statelyai/inspect` 0.7 has it in every event, so that its viewers understand ours. */
interface Stately {
  /** Milliseconds since 1970 as text. */
  readonly createdAt: string;
  readonly _version: string;
  readonly id: null;
  readonly rootId: string;
  readonly sessionId: string;
}

/** What can be read of an actor: the value of a machine's states, its status, what it holds. */
export interface PlainSnapshot {
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly value?: StateValue;
  readonly context?: unknown;
  readonly output?: unknown;
  readonly error?: unknown;
}

/** Of a machine: the name of its state, or for each region or parent the state within. */
export type StateValue = string | { readonly [state: string]: StateValue };

/** An actor was begun. `definition` is the machine's config as JSON; others have none. */
export interface ActorSeen extends Stamp, Stately {
  readonly type: '@xstate.actor';
  readonly name: string;
  readonly parentId?: string;
  readonly definition?: string;
  readonly snapshot: PlainSnapshot;
}

/** An actor was sent an event. */
export interface EventSeen extends Stamp, Stately {
  readonly type: '@xstate.event';
  readonly sourceId?: string;
  readonly event: { readonly type: string; readonly [field: string]: unknown };
}

/** A delay that runs: when it is over, by the clock of the world. */
export interface Timer {
  readonly name: string;
  readonly dueMs: number;
}

/** An actor has taken an event. */
export interface SnapshotSeen extends Stamp, Stately {
  readonly type: '@xstate.snapshot';
  readonly event: { readonly type: string };
  readonly snapshot: PlainSnapshot;
  /** Ours: what it waits for. */
  readonly timers?: readonly Timer[];
}

/** Ours: what a device's root told. */
export interface NewsSeen extends Stamp {
  readonly type: '@ties.news';
  readonly news: { readonly type: string; readonly [field: string]: unknown };
}

/** Ours: a message on the air as far as it is known; said again with the same `id` as it grows. */
export interface MessageSeen extends Stamp {
  readonly type: '@ties.message';
  readonly id: number;
  /** `device` is who sent it; `to` may be `all`. */
  readonly to: string;
  readonly name: MessageName | null;
  readonly endMs: number;
  /** Of all its frames, acknowledgements included. */
  readonly bytes: number;
  readonly frames: number;
  readonly airtimeMs: number;
  readonly retransmissions: number;
  readonly acks: number;
}

/** Ours: where a device's link stands with the law. */
export interface DutySeen extends Stamp {
  readonly type: '@ties.duty';
  readonly limit: number;
  readonly usedMs: number;
  readonly leftMs: number;
}

/** Ours: how the world runs, where that can be set; `speed` virtual seconds in one. */
export interface PaceSeen {
  readonly type: '@ties.pace';
  readonly speed: number;
  readonly isPaused: boolean;
}

/** Ours, first of all: what is watched. */
export interface Hello {
  readonly type: '@ties.hello';
  readonly title: string;
  /** Where `atMs` of 0 is, in milliseconds since 1970. */
  readonly epochMs: number;
  readonly nowMs: number;
}

/** Ours: so many events are missing here, for they came faster than they were read. */
export interface Gap {
  readonly type: '@ties.gap';
  readonly lost: number;
}

/** Everything that a viewer may read, one JSON object each. */
export type InspectEvent =
  | ActorSeen
  | EventSeen
  | SnapshotSeen
  | NewsSeen
  | MessageSeen
  | DutySeen
  | PaceSeen
  | Hello
  | Gap;

/** What a viewer may ask of a world whose pace can be set. */
export type PaceRequest =
  | { readonly type: '@ties.pace'; readonly speed: number }
  | { readonly type: '@ties.pause' }
  | { readonly type: '@ties.resume' }
  | { readonly type: '@ties.step' };

const STANDING_NEWS: readonly string[] = [
  ...['node.joined', 'node.rejoined', 'session.established', 'session.confirmed'],
  'reading.received',
];

/**
 * What an event tells of that holds until another with the same key: who has which address, who
 * shares a key, what was measured last, how much may be sent. Null for what is over with itself.
 */
export const standingKey = (event: InspectEvent): string | null => {
  if (event.type === '@ties.duty') return `${event.device} duty`;
  if (event.type !== '@ties.news' || !STANDING_NEWS.includes(event.news.type)) return null;
  const { type, peer = '', from = '' } = event.news;
  return `${event.device} ${type} ${peer} ${from}`;
};
