import type { LinkBudget } from './link-budget.ts';
import type { Interferer, Signal } from './signal.ts';
import type { Station } from './station.ts';

/**
 * Whether at some moment of a time the others together are too strong for a signal at a station:
 * their powers there, each times its weight, are more than the signal's.
 */
export const isOverwhelmed = (
  signal: Signal,
  station: Station,
  [fromMs, toMs]: readonly [number, number],
  links: LinkBudget,
): boolean => {
  const powerMw = ({ sender, powerMw }: Signal) => powerMw * links.gain(sender, station).factor;
  const bearableMw = powerMw(signal);
  const present: { signal: Signal; mw: number }[] = [];
  let allMw = 0;
  for (const { signal: other, weight } of signal.interferers) {
    if (other.startMs >= toMs || other.untilMs <= fromMs || other.sender === station) continue;
    const mw = weight * powerMw(other);
    allMw += mw;
    present.push({ signal: other, mw });
  }
  if (allMw <= bearableMw) return false;
  // The sum only grows where one begins.
  return present.some(({ signal: { startMs } }) => {
    const atMs = Math.max(startMs, fromMs);
    let mw = 0;
    for (const other of present) {
      if (other.signal.startMs <= atMs && other.signal.untilMs > atMs) mw += other.mw;
    }
    return mw > bearableMw;
  });
};

/** Let signals that share some of their time know of each other. */
export const interfere = (
  signal: Signal,
  others: Iterable<Signal>,
  weightOf: (victim: Signal, other: Signal) => number,
): void => {
  const note = (victim: Signal, other: Signal): void => {
    const interferer: Interferer = { signal: other, weight: weightOf(victim, other) };
    if (interferer.weight > 0) victim.interferers.push(interferer);
  };
  for (const other of others) {
    if (other.untilMs <= signal.startMs) continue;
    note(signal, other);
    note(other, signal);
  }
};
