/** What a code means, and what the operator does about it. */
export type Explanation = readonly [meaning: string, remedy: string];
export type Explanations = Readonly<Record<string, Explanation>>;

/** What no operator causes or can mend. */
export const OUR_FAULT = 'This is a fault in TIES itself: report it, with the log.';
export const NOTHING = 'Nothing is to be done.';
