import type { Clock } from '../drivers/clock/interface.ts';
import type { Random } from '../drivers/random/interface.ts';
import type { Sensor } from '../drivers/sensor/interface.ts';
import type { Measurement } from '../protocol/reading.ts';
import { unitInterval } from './seeded-random.ts';

const HOUR_MS = 3_600_000;
/** What a BME280 takes for one measurement (datasheet §9.1, one sample of each). */
const MEASUREMENT_MS = 9;

/**
 * A sensor that makes weather up: warm days and cool nights, fronts that come and go within days,
 * and humidity that follows from temperature and dew point. A function of time and of what
 * `random` gives when the sensor is made, however often it is read.
 */
export const syntheticSensor = ({
  clock,
  random,
}: {
  readonly clock: Clock;
  readonly random: Random;
}): Sensor => {
  const between = (min: number, max: number) => min + (max - min) * unitInterval(random);
  const wave = (periodHours: number) => {
    const phase = between(0, 2 * Math.PI);
    return (timeMs: number) => Math.sin((2 * Math.PI * timeMs) / (periodHours * HOUR_MS) + phase);
  };
  const meanC = between(6, 20);
  const dailyC = between(2, 6);
  const dewPointDepressionC = between(5, 9);
  const meanPa = between(96_000, 102_000);
  const [day, shortFront, longFront] = [wave(24), wave(61), wave(143)];

  const weather = (timeMs: number): Measurement => {
    const front = (shortFront(timeMs) + longFront(timeMs)) / 2;
    const temperatureC = meanC + dailyC * day(timeMs) + 3 * front;
    const dewPointC = meanC + 3 * front - dewPointDepressionC;
    const share = saturationPressure(dewPointC) / saturationPressure(temperatureC);
    return {
      temperatureC,
      humidityPercent: Math.min(100, 100 * share),
      pressurePa: meanPa + 1200 * front,
    };
  };
  return {
    read: () => clock.work(MEASUREMENT_MS, async () => weather(clock.now())),
    close: async () => {},
  };
};

/** Magnus's formula over water, relative to 0 °C (WMO Guide No. 8, annex 4.B). */
const saturationPressure = (temperatureC: number): number =>
  Math.exp((17.62 * temperatureC) / (243.12 + temperatureC));
