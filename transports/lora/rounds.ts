import { missingFrom } from './fragments.ts';

/**
 * Silences in a row after which the peer counts as gone. With half of all frames lost, a round
 * (a frame there, an ack back) fails with 0.75, and rounds.test.ts works out what that leaves.
 */
export const MAX_SILENCES = 60;
/** Rounds in all, so that a peer that never has enough cannot hold the link for ever. */
export const MAX_ROUNDS = 240;

/** Of these, what a peer is given that did not answer the last message to it. */
const PROBES = 6;

/** Where a message stands at its sender. */
export interface Progress {
  readonly last: number;
  /** Fragments the receiver is not known to have. */
  readonly missing: readonly number[];
  readonly silences: number;
  readonly rounds: number;
}

export const begin = (last: number): Progress => ({
  last,
  missing: missingFrom(0, last),
  silences: 0,
  rounds: 1,
});

/** A peer that was silent is asked before it is told anything, and not for long. */
export const beginProbing = (last: number): Progress => ({
  ...begin(last),
  silences: MAX_SILENCES - PROBES,
});

/** The receiver's latest word counts, even if it has less than before: it may have restarted. */
export const afterAck = (progress: Progress, bitmap: number): Progress => ({
  ...progress,
  missing: missingFrom(bitmap, progress.last),
  silences: 0,
  rounds: progress.rounds + 1,
});

export const afterSilence = (progress: Progress): Progress => ({
  ...progress,
  silences: progress.silences + 1,
  rounds: progress.rounds + 1,
});

export const isDelivered = ({ missing }: Progress): boolean => missing.length === 0;

export const isHopeless = ({ silences, rounds }: Progress): boolean =>
  silences >= MAX_SILENCES || rounds > MAX_ROUNDS;
