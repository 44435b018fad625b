import type { Random } from '../../drivers/random/interface.ts';
import { unitInterval } from '../seeded-random.ts';

/**
 * Who gets a session with whom: so many others for each node, drawn evenly, no pair twice. Each
 * pair is named once, by who begins.
 */
export const randomGraph = (
  nodes: number,
  degree: number,
  random: Random,
): (readonly [from: number, to: number])[] => {
  const known = new Set<number>();
  const edges: (readonly [number, number])[] = [];
  for (let from = 0; from < nodes; from += 1)
    for (let left = Math.min(degree, Math.floor((nodes - 1) / 2)); left > 0; ) {
      const to = Math.floor(nodes * unitInterval(random));
      const key = Math.min(from, to) * nodes + Math.max(from, to);
      if (to === from || known.has(key)) continue;
      known.add(key);
      edges.push([from, to]);
      left -= 1;
    }
  return edges;
};
