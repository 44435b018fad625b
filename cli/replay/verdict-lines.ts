import type { Verdict, Verdicts } from '../../simulations/replay/verdicts.ts';
import { reasons } from '../explain/reasons.ts';

/** `   84.113 s  CE  K1 of 2           refused: repeated`. */
export const verdictLine = ({ atMs, device, name, from, refusedBy }: Verdict): string =>
  [
    `${(atMs / 1000).toFixed(3)} s`.padStart(12),
    device.padEnd(4),
    `${name ?? '?'} of ${from}`.padEnd(22),
    refusedBy === null ? 'taken up' : `refused: ${refusedBy}`,
  ].join('  ');

/** Each rule with how often it refused, and what it says. */
export const byRuleLines = (verdicts: Verdicts): string[] =>
  [...verdicts.byRule()].map(([rule, count]) =>
    rule === null
      ? `${count} taken up`
      : `${count} refused by ${rule}: ${reasons[rule]?.[0] ?? 'see docs/protocol.md'}`,
  );
