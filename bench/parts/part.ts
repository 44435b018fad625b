/** Something measured: times in nanoseconds, memory in bytes, a rate, or a share. */
export interface Figure {
  readonly name: string;
  readonly median: number;
  readonly unit: 'ns' | 'B' | '1/s' | '';
}

/** The same thing done in several ways; what the others are compared with comes first. */
export interface Part {
  readonly title: string;
  /** Why nothing was measured; null where it was. */
  readonly skipped: string | null;
  readonly figures: readonly Figure[];
}

export const skipped = (title: string, why: string): Part => ({ title, skipped: why, figures: [] });

export const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
