import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SENSOR_ADDRESS } from '../machine/board.ts';
import type { Lab } from '../machine/lab.ts';

const PLACE = { bus: 1, address: SENSOR_ADDRESS };
const BUS = '/sys/bus/i2c/devices/i2c-1';
const HEX = `0x${SENSOR_ADDRESS.toString(16)}`;

/** What the kernel computes in whole numbers of 0.01 °C, 1/256 Pa and 1/1024 %, ours in doubles. */
const NEAR = { temperatureC: 0.01, pressurePa: 0.1, humidityPercent: 0.01 };

/** Between them all that the formulas do: cold, as in the datasheet, and hot. */
const WEATHERS = [
  { temperature: 430_000, pressure: 450_000, humidity: 28_000 },
  { temperature: 519_888, pressure: 415_148, humidity: 30_000 },
  { temperature: 600_000, pressure: 410_000, humidity: 29_000 },
];

/** The kernel's driver `bmp280` on the same chip. */
const kernelReading = async (lab: Lab): Promise<typeof NEAR> => {
  await lab.agent.call('shell', 'write', `${BUS}/new_device`, `bme280 ${HEX}`);
  try {
    const script = `cd ${BUS}/1-00${HEX.slice(2)}/iio:device*; sleep 0.2
      cat in_temp_input in_pressure_input in_humidityrelative_input`;
    const [temperature, pressure, humidity] = (await lab.run('sh', '-ec', script)).split('\n');
    return {
      temperatureC: Number(temperature) / 1000,
      pressurePa: Number(pressure) * 1000,
      humidityPercent: Number(humidity) / 1000,
    };
  } finally {
    await lab.agent.call('shell', 'write', `${BUS}/delete_device`, HEX);
  }
};

export const sensorChecks = (lab: Lab): void => {
  describe('the BME280 driver', () => {
    const { sensor } = lab.board;
    const initially = sensor.sensed;
    beforeAll(() => lab.run('modprobe', 'bmp280-i2c'));
    afterAll(() => {
      sensor.sensed = initially;
      sensor.connected = true;
    });

    test.each(WEATHERS)("reads what the kernel's reads of the same chip, %o", async (weather) => {
      sensor.sensed = weather;
      const ours = await lab.agent.call('sensor', 'read', PLACE);
      const kernels = await kernelReading(lab);
      for (const [name, near] of Object.entries(NEAR)) {
        const quantity = name as keyof typeof NEAR;
        const apart = Math.abs(ours[quantity] - kernels[quantity]);
        console.log(`${name}: ${ours[quantity]}, of the kernel ${kernels[quantity]}`);
        expect(apart, name).toBeLessThanOrEqual(near);
      }
    });

    test('tells a chip that another driver holds, and one that is gone', async () => {
      await lab.agent.call('shell', 'write', `${BUS}/new_device`, `bme280 ${HEX}`);
      const held = lab.agent.call('sensor', 'read', PLACE);
      await expect(held).rejects.toMatchObject({ code: 'I2C_BUSY' });
      await lab.agent.call('shell', 'write', `${BUS}/delete_device`, HEX);
      sensor.connected = false;
      const gone = lab.agent.call('sensor', 'read', PLACE);
      await expect(gone).rejects.toMatchObject({ code: 'I2C_NO_ACK' });
    });
  });
};
