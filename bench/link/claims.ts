import type { Row } from './rows.ts';

/** Share of the least time that a message needs no more than. */
const LEAST_GOODPUT = 0.9;

export const goodput = ({ boundMs, meanMs }: Row): number => boundMs / meanMs;

/** What a row does not live up to of what is claimed for the link. */
export const broken = (row: Row): string[] => {
  const { bytes, loss, preset, n, delivered, meanMs, p99Ms, stopAndWait } = row;
  const claims: Record<string, boolean> = {
    'every message arrives': delivered === n,
    'the mean is below that of stop-and-wait': meanMs < stopAndWait.meanMs,
    'p99 is below that of stop-and-wait': p99Ms < stopAndWait.p99Ms,
    'goodput is 90 % of the bound': loss > 0 || bytes < 600 || goodput(row) >= LEAST_GOODPUT,
  };
  return Object.entries(claims)
    .filter(([, holds]) => !holds)
    .map(([claim]) => `${preset}, ${bytes} B, loss ${loss}: not true that ${claim}`);
};
