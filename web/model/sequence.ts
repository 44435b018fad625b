import type { MessageSeen } from '../../transports/inspect/interface.ts';
import { placeOf } from './journal.ts';
import { byDevice } from './tree.ts';

/** A message between two lanes. */
export interface SequenceRow {
  readonly message: MessageSeen;
  readonly from: number;
  /** Of a broadcast -1: to all lanes. */
  readonly to: number;
  /** Since the message before. */
  readonly pauseMs: number;
}

export interface Sequence {
  readonly lanes: readonly string[];
  readonly rows: readonly SequenceRow[];
}

/** So many are drawn; who seeks earlier ones goes back in time. */
const MOST = 1_500;

/** The last messages begun up to a moment, of one device or of all, of a kind or of all kinds. */
export const sequence = (
  messages: readonly MessageSeen[],
  choice: { readonly nowMs: number; readonly device: string | null; readonly search: string },
): Sequence => {
  const { nowMs, device, search } = choice;
  const sought = search.trim().toLowerCase();
  const isOf = (message: MessageSeen): boolean =>
    device === null || message.device === device || message.to === device || message.to === 'all';
  const latest = messages.slice(0, placeOf(messages, nowMs + 1e-6)).slice(-MOST);
  const wanted = latest.filter(
    (message) =>
      isOf(message) &&
      (sought === '' ||
        [message.name ?? '?', message.device, message.to].join(' ').toLowerCase().includes(sought)),
  );
  const ends = wanted.flatMap(({ device: from, to }) => (to === 'all' ? [from] : [from, to]));
  const lanes = [...new Set(ends)].sort(byDevice);
  const laneOf = new Map(lanes.map((lane, at) => [lane, at]));
  return {
    lanes,
    rows: wanted.map((message, at) => ({
      message,
      from: laneOf.get(message.device) as number,
      to: laneOf.get(message.to) ?? -1,
      pauseMs: at === 0 ? 0 : message.atMs - (wanted[at - 1] as MessageSeen).atMs,
    })),
  };
};
