import { measure } from 'mitata';
import type { Figure, Part } from './part.ts';

const ROUNDS = 3;

/**
 * Medians of functions that return soon, warmed up and repeated as mitata sees fit; in turns, the
 * least of each, as others use the machine now and then.
 */
export const timed = async (
  title: string,
  ways: Readonly<Record<string, () => unknown>>,
): Promise<Part> => {
  const medians = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, way] of Object.entries(ways)) {
      const { p50 } = await measure(way, { min_cpu_time: 60e6 });
      medians.set(name, Math.min(p50, medians.get(name) ?? p50));
    }
  const figures: Figure[] = [...medians].map(([name, median]) => ({ name, median, unit: 'ns' }));
  return { title, skipped: null, figures };
};
