/** Retries are above the link's own: they cover an answer that never came, not a lost frame. */
export const REPLY_MS = 6_000;
/** Repeats of one message before its sender gives up or begins anew. */
export const MAX_REPEATS = 4;
/**
 * The same where somebody waits for how it ends: 18 s against his 30 s, so that he hears why before
 * he gives up, even if his request took a repeat to arrive.
 */
export const MAX_REPEATS_FOR_ANOTHER = 2;
const FIRST_BACK_OFF_MS = 2_000;
const LONGEST_BACK_OFF_MS = 300_000;

/** Exponential back-off: 2 s, 4 s, 8 s … up to five minutes. */
export const backOffMs = (tries: number): number =>
  Math.min(LONGEST_BACK_OFF_MS, FIRST_BACK_OFF_MS * 2 ** Math.max(0, tries - 1));
