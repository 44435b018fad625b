import type { Suite } from './tpm/storage-key.ts';

/** Words of the suites as messages carry them, in the order of their numbers from 1. */
export const SUITE_NAMES = ['p256', 'rsa2048', 'p256-policy', 'rsa2048-policy'] as const;
export type SuiteName = (typeof SUITE_NAMES)[number];

export const suiteName = (suite: Suite): SuiteName => SUITE_NAMES[suite - 1] as SuiteName;
export const suiteOf = (name: SuiteName): Suite => (SUITE_NAMES.indexOf(name) + 1) as Suite;
