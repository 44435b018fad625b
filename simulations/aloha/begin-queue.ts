/** Who begins next: a binary heap over all nodes, each with one time, in typed arrays. */
export interface BeginQueue {
  /** The node whose time is least. */
  next(): number;
  /** Its time, ms. */
  nextMs(): number;
  /** Give that node a later time. */
  postpone(toMs: number): void;
}

export const beginQueue = (firstMs: Float64Array): BeginQueue => {
  const count = firstMs.length;
  const nodes = Int32Array.from(firstMs, (_, node) => node).sort(
    (a, b) => (firstMs[a] as number) - (firstMs[b] as number),
  );
  const times = Float64Array.from(nodes, (node) => firstMs[node] as number);
  return {
    next: () => nodes[0] as number,
    nextMs: () => times[0] as number,
    postpone: (toMs) => {
      const node = nodes[0] as number;
      let at = 0;
      for (;;) {
        let child = 2 * at + 1;
        if (child >= count) break;
        if (child + 1 < count && (times[child + 1] as number) < (times[child] as number))
          child += 1;
        if ((times[child] as number) >= toMs) break;
        times[at] = times[child] as number;
        nodes[at] = nodes[child] as number;
        at = child;
      }
      times[at] = toMs;
      nodes[at] = node;
    },
  };
};
