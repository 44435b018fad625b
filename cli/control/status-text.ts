import type { SensorReport } from '../../actors/sensor/report.ts';
import type { Reading } from '../../protocol/reading.ts';

/** What the daemon says of itself; which fields there are hangs on its role. */
export interface Status {
  readonly [field: string]: string | number | null | SensorReport | undefined;
  readonly sensor?: SensorReport | null;
}

/** A status as people read it: a line for each thing, what is wrong with what to do. */
export const statusText = ({ sensor, ...plain }: Status): string =>
  [
    ...Object.entries(plain).map(([name, value]) => row(name, value ?? '-')),
    ...(sensor ? sensorRows(sensor) : []),
  ].join('\n');

const row = (name: string, value: unknown): string => `${name.padEnd(22)}${value}`;

const sensorRows = ({ state, advice, last, peers }: SensorReport): string[] => [
  row('sensor', withAdvice(state, advice)),
  ...(last ? [row('last', readingText(last))] : []),
  ...peers.map(({ peer, waiting, dropped, ...of }) =>
    row(`to ${peer}`, `${waiting} waiting, ${dropped} dropped, ${withAdvice(of.state, of.advice)}`),
  ),
];

const withAdvice = (state: string, advice: string | null): string =>
  advice === null ? state : `${state}: ${advice}`;

const readingText = (reading: Reading): string => {
  const { temperatureC, humidityPercent, pressurePa, number, uptimeS } = reading;
  const weather = `${temperatureC.toFixed(2)} °C, ${humidityPercent.toFixed(1)} %, ${(pressurePa / 100).toFixed(1)} hPa`;
  return `${weather}, number ${number}, ${Math.floor(uptimeS)} s after its start`;
};
