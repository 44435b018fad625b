import { expect, test } from 'vitest';
import { Bme280Chip, type Bme280ChipInput } from '../../simulations/bme280/chip.ts';
import { simulatedI2cDevice } from '../../simulations/bme280/device.ts';
import { EXAMPLE_CALIBRATION } from '../../simulations/bme280/example.ts';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { bme280 } from './bme280.ts';
import type { Calibration } from './calibration.ts';
import type { Oversampling } from './oversampling.ts';
import { REGISTER } from './registers.ts';

const SENSED = { temperature: 519888, pressure: 415148, humidity: 30000 };
const READING = { temperatureC: 25.082478, pressurePa: 100653.258145, humidityPercent: 48.752368 };

interface Options extends Partial<Pick<Bme280ChipInput, 'id' | 'calibration'>> {
  readonly oversampling?: Oversampling;
}

/** A chip on the virtual clock, the driver on it, and what the bus carried. */
const setUp = ({ oversampling, ...options }: Options = {}) => {
  const clock = new HeapClock();
  const chip = new Bme280Chip({
    ...{ clock, calibration: EXAMPLE_CALIBRATION, sensed: SENSED },
    ...options,
  });
  const bus = simulatedI2cDevice(chip, clock);
  const writes: (readonly [register: number, value: number])[] = [];
  const device = {
    ...bus,
    write: (register: number, value: number) => {
      writes.push([register, value]);
      return bus.write(register, value);
    },
  };
  const sensor = bme280({ device, clock, ...(oversampling && { oversampling }) });
  const read = async () => {
    const outcome = sensor.read().then(
      (reading) => ({ reading }),
      (error) => ({ code: error.code, message: error.message }),
    );
    await clock.advance(1000);
    return outcome;
  };
  return { clock, chip, sensor, writes, read };
};

const rounded = (reading: object) =>
  Object.fromEntries(Object.entries(reading).map(([key, value]) => [key, +value.toFixed(6)]));

test('it resets the chip, sets it up and measures', async () => {
  const { read, writes } = setUp();
  const { reading } = (await read()) as { reading: object };
  expect(rounded(reading)).toEqual(READING);
  expect(writes).toEqual([
    [REGISTER.reset, 0xb6],
    [REGISTER.controlHumidity, 0b001],
    [REGISTER.controlMeasurement, 0b001_001_00],
    [REGISTER.controlMeasurement, 0b001_001_01],
  ]);
});

test('from then on it only measures, and gives what there is now', async () => {
  const { chip, read, writes } = setUp();
  await read();
  writes.length = 0;
  chip.sensed = { ...SENSED, temperature: 560000 };
  expect(await read()).toMatchObject({ reading: { temperatureC: expect.closeTo(37.631868, 6) } });
  expect(writes).toEqual([[REGISTER.controlMeasurement, 0b001_001_01]]);
});

test('it waits for as long as its samples take', async () => {
  const oversampling = { temperature: 16, pressure: 16, humidity: 16 } as const;
  const { clock, sensor, read } = setUp({ oversampling });
  await read();
  const fromMs = clock.now();
  let untilMs = 0;
  void sensor.read().then(() => {
    untilMs = clock.now();
  });
  await clock.advance(1000);
  expect(untilMs - fromMs).toBeGreaterThan(112.8);
  expect(untilMs - fromMs).toBeLessThan(120);
});

test('asked while it measures, it answers all with the same measurement', async () => {
  const { clock, sensor, writes } = setUp();
  const readings = Promise.all([sensor.read(), sensor.read()]);
  await clock.advance(1000);
  const [first, second] = await readings;
  expect(second).toBe(first);
  expect(writes).toHaveLength(4);
});

test.each([0x56, 0x57, 0x58])('a BMP280 (0x%x) is refused by name', async (id) => {
  const { read, writes } = setUp({ id });
  expect(await read()).toEqual({
    code: 'SENSOR_NO_HUMIDITY',
    message: expect.stringMatching(/BMP280 .* no humidity.* replace it/),
  });
  expect(writes).toEqual([]);
});

test('any other chip is refused without a write to it', async () => {
  const { read, writes } = setUp({ id: 0x61 });
  expect(await read()).toEqual({
    code: 'SENSOR_UNKNOWN',
    message: expect.stringMatching(/0x61.*sensor\.address/),
  });
  expect(writes).toEqual([]);
});

test('one that disappears is told as such, and set up again when it is back', async () => {
  const { chip, read, writes } = setUp();
  chip.connected = false;
  const missing = { code: 'I2C_NO_ACK', message: expect.stringMatching(/0x76.*wiring.*0x77/s) };
  expect(await read()).toEqual(missing);
  chip.connected = true;
  expect(await read()).toHaveProperty('reading');
  chip.connected = false;
  expect(await read()).toEqual(missing);
  chip.connected = true;
  writes.length = 0;
  expect(await read()).toHaveProperty('reading');
  expect(writes[0]).toEqual([REGISTER.reset, 0xb6]);
});

test('a chip swapped between two readings is measured by its own calibration', async () => {
  const { chip, read } = setUp();
  await read();
  const [t1, t2, t3] = EXAMPLE_CALIBRATION.temperature;
  const other: Calibration = { ...EXAMPLE_CALIBRATION, temperature: [t1 - 300, t2, t3] };
  chip.powerUp(other);
  const reading = await read();
  expect(reading).toEqual(await setUp({ calibration: other }).read());
  expect(reading).toMatchObject({ reading: { temperatureC: expect.closeTo(26.56, 1) } });
});

test('a measurement that never ends is an error, and the next reading resets the chip', async () => {
  const { chip, read, writes } = setUp();
  await read();
  chip.stuck = true;
  expect(await read()).toEqual({
    code: 'SENSOR_STUCK',
    message: expect.stringMatching(/measuring.*cut its power/s),
  });
  chip.stuck = false;
  writes.length = 0;
  expect(await read()).toHaveProperty('reading');
  expect(writes[0]).toEqual([REGISTER.reset, 0xb6]);
});

test('a chip that never has its calibration is not measured with none', async () => {
  const { chip, read } = setUp();
  chip.stuck = true;
  expect(await read()).toMatchObject({
    code: 'SENSOR_STUCK',
    message: expect.stringMatching(/copying its calibration/),
  });
});

test('neither is one whose calibration is blank', async () => {
  const calibration = { ...EXAMPLE_CALIBRATION, temperature: [0, 0, 0] as const };
  expect(await setUp({ calibration }).read()).toMatchObject({ code: 'SENSOR_CALIBRATION' });
});

test.each([
  ['temperature', 0x80000],
  ['pressure', 0x80000],
  ['humidity', 0x8000],
] as const)('a %s that was skipped is no reading', async (quantity, value) => {
  const { chip, read } = setUp();
  chip.sensed = { ...SENSED, [quantity]: value };
  expect(await read()).toEqual({
    code: 'SENSOR_SKIPPED',
    message: expect.stringMatching(new RegExp(`no ${quantity}.*power`)),
  });
});

test('power that is cut during a measurement gives an error, not the values of a reset', async () => {
  const { clock, chip, sensor } = setUp();
  await Promise.all([sensor.read(), clock.advance(1000)]);
  const reading = expect(sensor.read()).rejects.toMatchObject({ code: 'SENSOR_SKIPPED' });
  clock.setTimeout(() => chip.powerUp(), 5);
  await clock.advance(1000);
  await reading;
});
