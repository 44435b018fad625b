import type { Coupling } from './coupling.ts';
import type { LinkBudget } from './link-budget.ts';
import type { Signal } from './signal.ts';
import type { Station } from './station.ts';

/**
 * Whether at some moment of a time the others together are too strong for a signal at a station:
 * their powers there, each times its weight, are more than the signal's.
 */
export const isOverwhelmed = (
  signal: Signal,
  station: Station,
  [fromMs, toMs]: readonly [fromMs: number, toMs: number],
  links: LinkBudget,
): boolean => {
  if (signal.interferers.length === 0) return false;
  const bearableMw = links.receivedMw(signal, station);
  let allMw = 0;
  for (const { signal: other, weight } of signal.interferers) {
    if (other.startMs >= toMs || other.untilMs <= fromMs || other.sender === station) continue;
    const mw = weight * links.receivedMw(other, station);
    if (mw > bearableMw) return true;
    allMw += mw;
  }
  if (allMw <= bearableMw) return false;
  // The sum is greatest where one of them begins.
  return signal.interferers.some(({ signal: { startMs } }) => {
    if (startMs >= toMs) return false;
    return interferenceMw(signal, station, Math.max(startMs, fromMs), links) > bearableMw;
  });
};

/** What disturbs a signal at a moment, each as it weighs. */
const interferenceMw = (
  { interferers }: Signal,
  station: Station,
  atMs: number,
  links: LinkBudget,
): number => {
  let mw = 0;
  for (const { signal: other, weight } of interferers) {
    if (other.startMs > atMs || other.untilMs <= atMs || other.sender === station) continue;
    mw += weight * links.receivedMw(other, station);
  }
  return mw;
};

/** Let a signal that begins, and those that share some of its time, know of each other. */
export const interfere = (signal: Signal, onAir: Iterable<Signal>, coupling: Coupling): void => {
  for (const other of onAir) {
    if (other.untilMs <= signal.startMs) continue;
    disturb(signal, other, coupling);
    disturb(other, signal, coupling);
  }
};

const disturb = (signal: Signal, by: Signal, coupling: Coupling): void => {
  const weight = coupling(signal.modulation, by.modulation);
  if (weight > 0) signal.interferers.push({ signal: by, weight });
};
