import type { Roster } from '../../protocol/roster.ts';

/** The CE and ten nodes need no order: their radios find one. */
const UNCROWDED = 11;
/** For each further one. Whoever was off alone waits for nothing, so it is less than they take. */
const CROWD_MS = 50;
/** No call, which may be a recorded one, makes a node wait longer than its own pauses do. */
const LONGEST_SPREAD_MS = 300_000;

/**
 * Over how long as many as are in this network spread what they say at one moment, as when a site
 * gets its power back. Addresses are given in order, so the highest known tells how many there are.
 */
export const crowdMs = (ownAddress: number, { entries }: Pick<Roster, 'entries'>): number => {
  const highest = Math.max(ownAddress, ...entries.map(({ address }) => address));
  return CROWD_MS * Math.max(0, highest - UNCROWDED);
};

/** What a call may ask for. */
export const boundedSpreadMs = (spreadMs: number): number => Math.min(spreadMs, LONGEST_SPREAD_MS);
