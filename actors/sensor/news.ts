import type { Reading } from '../../protocol/reading.ts';

/** What a node tells of its sensor and of what becomes of its readings. */
export type SensorNews =
  | { readonly type: 'sensor.measured'; readonly reading: Reading }
  /** It gives nothing; tried again, and told again when the reason is another. */
  | { readonly type: 'sensor.failed'; readonly reason: string; readonly advice: string }
  | { readonly type: 'sensor.recovered' }
  /** They wait, as none gets to the peer; told once, and again when the reason is another. */
  | {
      readonly type: 'readings.held';
      readonly peer: string;
      readonly reason: string;
      readonly advice: string;
      readonly waiting: number;
    }
  | { readonly type: 'readings.flowing'; readonly peer: string; readonly waiting: number }
  /** More waited than are kept: so many of the oldest never get to the peer, all in all. */
  | { readonly type: 'readings.dropped'; readonly peer: string; readonly dropped: number };
