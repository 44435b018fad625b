import { z } from 'zod';
import { peerName, whole } from './values.ts';

const common = {
  intervalS: whole(10, 86_400)
    .default(60)
    .describe('Seconds from one reading to the next, 10 % more or less.'),
  peers: z
    .array(peerName())
    .min(1)
    .max(16)
    .default(['center'])
    .describe(
      'Who gets the readings, encrypted to each: "center", or ids of devices, as ties provision and ties nodes tell them.',
    ),
};

const bme280 = z
  .strictObject({
    driver: z.literal('bme280').describe('A BME280 on I2C.'),
    bus: whole(0, 255).default(1).describe('Number N of /dev/i2c-N; 1 is on the header.'),
    address: z
      .enum(['0x76', '0x77'])
      .default('0x76')
      .describe('0x76, or 0x77 where SDO of the sensor is high.'),
    ...common,
  })
  .describe('A BME280 on I2C');

const synthetic = z
  .strictObject({
    driver: z.literal('synthetic').describe('Weather that is made up, for simulations.'),
    seed: whole(0, 2 ** 32 - 1)
      .optional()
      .describe('The same seed gives the same weather. Left out, it follows from the name.'),
    ...common,
  })
  .describe('Weather that is made up');

export const sensorSchema = z
  .discriminatedUnion('driver', [bme280, synthetic])
  .describe('The sensor, of a node alone. Left out, the node has none.');
