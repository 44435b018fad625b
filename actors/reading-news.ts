import { decodeReading, type Reading } from '../protocol/reading.ts';
import type { Opened } from './router.ts';

/** What a peer measured has arrived. */
export interface ReadingReceived {
  readonly type: 'reading.received';
  readonly from: number;
  readonly payload: Uint8Array;
  /** Null where the payload is something else. */
  readonly reading: Reading | null;
}

/** The reading in a message; null of a frame without one, as the first under new keys may be. */
export const readingIn = ({ name, event }: Opened): ReadingReceived | null => {
  if (name !== 'data') return null;
  const { payload } = event.body as { payload: Uint8Array };
  if (payload.length === 0) return null;
  return { type: 'reading.received', from: event.from, payload, reading: decodeReading(payload) };
};
