/** From what is measured to what is drawn. */
export interface Scale {
  at(value: number): number;
  readonly ticks: readonly number[];
}

const STEPS = [1, 2, 5, 10];

/** Round numbers that reach over both, five or so. */
export const linearScale = (
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
): Scale => {
  const span = high - low || Math.abs(high) || 1;
  const rough = span / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (STEPS.find((one) => one * power >= rough) as number);
  const [first, last] = [Math.floor(low / step + 1e-9), Math.ceil((low + span) / step - 1e-9)];
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => (first + at) * step);
  const [least, most] = [first * step, last * step];
  return { at: (value) => from + ((value - least) / (most - least)) * (to - from), ticks };
};

/** Powers of ten that reach over both, and where there are few of them 2 and 5 between. */
export const logScale = (
  [low, high]: readonly [number, number],
  [from, to]: readonly [number, number],
): Scale => {
  const [first, last] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const top = Math.max(last, first + 1);
  const powers = Array.from({ length: top - first + 1 }, (_, at) => 10 ** (first + at));
  const ticks =
    powers.length > 3
      ? powers
      : powers
          .flatMap((power) => [1, 2, 5].map((one) => one * power))
          .filter((x) => x <= 10 ** top);
  const place = (value: number): number =>
    from + ((Math.log10(value) - first) / (top - first)) * (to - from);
  return { at: place, ticks };
};

/** As few digits as tell it apart from its neighbours: 1200 → 1.2k, 0.0532 → 0.0532. */
export const short = (value: number): string => {
  const size = Math.abs(value);
  if (size >= 1e9) return `${trimmed(value / 1e9)}G`;
  if (size >= 1e6) return `${trimmed(value / 1e6)}M`;
  if (size >= 1e4) return `${trimmed(value / 1e3)}k`;
  return trimmed(value);
};

const trimmed = (value: number): string => String(Number(value.toPrecision(3)));
