import type { InspectEvent } from './interface.ts';
import { plain } from './plain.ts';

const KINDS = ['@xstate.actor', '@xstate.event', '@xstate.snapshot'] as const;
/** The chart of a machine as JSON; no other text of an event is so long. */
const MAX_DEFINITION = 64 * 1024;

const record = (value: unknown): Readonly<Record<string, unknown>> | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : null;

const name = (value: unknown): string => String(value ?? '').slice(0, 120);

/** JSON with a chart in it, or nothing. */
const definition = (value: unknown): string | null => {
  if (typeof value !== 'string' || value.length > MAX_DEFINITION) return null;
  try {
    return record(JSON.parse(value)) === null ? null : value;
  } catch {
    return null;
  }
};

const STATUSES = ['active', 'done', 'error', 'stopped'];

/**
 * An event as `createWebSocketInspector` of `@statelyai/inspect` sends it, of a program of the
 * operator's own, made one of ours; null for anything else. `guest` is its device here.
 */
export const guestEvent = (
  text: string,
  { guest, atMs, epochMs }: { guest: string; atMs: number; epochMs: number },
): InspectEvent | null => {
  const said = parsed(text);
  const type = KINDS.find((kind) => kind === said?.type);
  if (said === null || type === undefined || typeof said.sessionId !== 'string') return null;
  const of = (session: unknown): string => `${guest}/${name(session)}`;
  const stamp = {
    ...{ atMs, device: guest, createdAt: String(Math.round(epochMs + atMs)) },
    ...{ _version: name(said._version), id: null },
    ...{ rootId: of(said.rootId), sessionId: of(said.sessionId) },
  };
  if (type === '@xstate.event') {
    const event = record(plain(said.event));
    if (typeof event?.type !== 'string') return null;
    const sourceId = said.sourceId === undefined ? {} : { sourceId: of(said.sourceId) };
    return { type, ...stamp, ...sourceId, event: event as { type: string } };
  }
  const snapshot = record(plain(said.snapshot));
  if (snapshot === null || !STATUSES.includes(String(snapshot.status))) return null;
  if (type === '@xstate.snapshot') {
    const event = { type: name(record(said.event)?.type) };
    return { type, ...stamp, event, snapshot: snapshot as never };
  }
  const chart = definition(said.definition);
  return {
    ...{ type, ...stamp, name: name(said.name), snapshot: snapshot as never },
    ...(typeof said.parentId === 'string' && { parentId: of(said.parentId) }),
    ...(chart !== null && { definition: chart }),
  };
};

const parsed = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    return record(JSON.parse(text));
  } catch {
    return null;
  }
};
