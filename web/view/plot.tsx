import type { NetworkRow } from '../model/network.ts';

const [WIDTH, HEIGHT] = [84, 20];

/** Temperatures as a small line, and the last one as a number. */
export const Plot = ({ readings }: Pick<NetworkRow, 'readings'>) => {
  const last = readings.at(-1);
  if (last === undefined) return <span class="quiet">–</span>;
  const values = readings.map(({ reading }) => reading.temperatureC);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const yOf = (value: number): number =>
    HEIGHT - 3 - ((HEIGHT - 6) * (value - least)) / (most - least || 1);
  const xOf = (at: number): number => 2 + ((WIDTH - 6) * at) / Math.max(1, values.length - 1);
  const points = values.map((value, at) => `${xOf(at).toFixed(1)},${yOf(value).toFixed(1)}`);
  const { temperatureC, humidityPercent, pressurePa } = last.reading;
  return (
    <span class="plot">
      <svg
        width={WIDTH}
        height={HEIGHT}
        role="img"
        aria-label={`${values.length} temperatures from ${least.toFixed(1)} to ${most.toFixed(1)} °C`}
      >
        <polyline points={points.join(' ')} />
        <circle cx={xOf(values.length - 1)} cy={yOf(temperatureC)} r={2} />
      </svg>
      {temperatureC.toFixed(1)} °C, {humidityPercent.toFixed(0)} %, {(pressurePa / 100).toFixed(0)}{' '}
      hPa
    </span>
  );
};
