/** How many samples the chip averages. */
export type Samples = 1 | 2 | 4 | 8 | 16;

export interface Oversampling {
  readonly temperature: Samples;
  readonly pressure: Samples;
  readonly humidity: Samples;
}

/** Bosch's setting for weather: one sample of each, in forced mode, filter off (§3.5.1). */
export const WEATHER: Oversampling = { temperature: 1, pressure: 1, humidity: 1 };

/** The three bits that stand for it; 0 would skip the quantity (§5.4.3, tables 20, 23 and 24). */
export const samplesCode = (samples: Samples): number => Math.log2(samples) + 1;

/** Longest time that one measurement takes (§9.1). */
export const longestMeasurementMs = ({ temperature, pressure, humidity }: Oversampling): number =>
  1.25 + 2.3 * temperature + (2.3 * pressure + 0.575) + (2.3 * humidity + 0.575);
