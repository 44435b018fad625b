import { TiesError } from '../../protocol/errors.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';

/** A piece of spectrum whose airtime is limited as one. */
export interface SubBand {
  readonly name: string;
  readonly fromHz: number;
  readonly toHz: number;
  /** Share of any hour in which a device may send. */
  readonly dutyCycle: number;
}

const subBand = (fromMhz: number, toMhz: number, dutyCycle: number): SubBand => ({
  name: `${fromMhz}-${toMhz} MHz`,
  fromHz: fromMhz * 1e6,
  toHz: toMhz * 1e6,
  dutyCycle,
});

/**
 * EU868 for devices that are of no special kind, without polite spectrum access (ETSI EN 300 220-2,
 * table B.1; ERC Recommendation 70-03, annex 1).
 */
export const EU868: readonly SubBand[] = [
  subBand(863, 865, 0.001),
  subBand(865, 868, 0.01),
  subBand(868, 868.6, 0.01),
  subBand(868.7, 869.2, 0.001),
  subBand(869.4, 869.65, 0.1),
  subBand(869.7, 870, 0.01),
];

/**
 * The sub-band that holds the whole channel.
 *
 * @throws TiesError LINK_FREQUENCY
 */
export const subBandOf = ({
  frequencyHz,
  bandwidthHz,
}: Pick<Modulation, 'frequencyHz' | 'bandwidthHz'>): SubBand => {
  const found = EU868.find(
    ({ fromHz, toHz }) =>
      frequencyHz - bandwidthHz / 2 >= fromHz && frequencyHz + bandwidthHz / 2 <= toHz,
  );
  if (found !== undefined) return found;
  const channel = `${frequencyHz / 1e6} MHz, ${bandwidthHz / 1e3} kHz wide`;
  const allowed = EU868.map(({ name, dutyCycle }) => `${name} (${dutyCycle * 100} %)`).join(', ');
  throw new TiesError(
    'LINK_FREQUENCY',
    `No sub-band of EU868 holds ${channel}: choose a channel within ${allowed}.`,
  );
};
