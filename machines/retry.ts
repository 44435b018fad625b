/** Retries are above the link's own: they cover an answer that never came, not a lost frame. */
export const REPLY_MS = 6_000;
/** Repeats of one message before its sender gives up or begins anew. */
export const MAX_REPEATS = 4;
const FIRST_BACK_OFF_MS = 2_000;
const LONGEST_BACK_OFF_MS = 300_000;

/** Exponential back-off: 2 s, 4 s, 8 s … up to five minutes. */
export const backOffMs = (tries: number): number =>
  Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.max(0, tries - 1));
