import fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeCalibration } from '../../simulations/bme280/encoding.ts';
import { EXAMPLE_CALIBRATION } from '../../simulations/bme280/example.ts';
import { type Calibration, decodeCalibration, isBlank } from './calibration.ts';

const signed = (bits: number) => fc.integer({ min: -(2 ** (bits - 1)), max: 2 ** (bits - 1) - 1 });
const unsigned = (bits: number) => fc.integer({ min: 0, max: 2 ** bits - 1 });
const [u8, s8, s12, u16, s16] = [unsigned(8), signed(8), signed(12), unsigned(16), signed(16)];

test('every trimming value comes back, of its own width and sign', () => {
  const calibration = fc.record({
    temperature: fc.tuple(u16, s16, s16),
    pressure: fc.tuple(u16, s16, s16, s16, s16, s16, s16, s16, s16),
    humidity: fc.tuple(u8, s16, u8, s12, s12, s8),
  });
  fc.assert(
    fc.property(calibration, (given: Calibration) => {
      const { low, high } = encodeCalibration(given);
      expect(decodeCalibration(low, high)).toEqual(given);
    }),
  );
});

test.each([
  [[0x14, 0xdd, 0x03], 333, 61],
  [[0x7f, 0x0f, 0x80], 2047, -2048],
  [[0x80, 0xf0, 0x7f], -2048, 2047],
  [[0xff, 0xff, 0xff], -1, -1],
])('H4 and H5 share the byte in the middle: %o', ([e4, e5, e6], h4, h5) => {
  const high = Uint8Array.of(0, 0, 0, e4 as number, e5 as number, e6 as number, 0);
  const { humidity } = decodeCalibration(new Uint8Array(26), high);
  expect(humidity.slice(3, 5)).toEqual([h4, h5]);
});

test('a memory that shows only zeros or ones is blank', () => {
  const of = (byte: number) =>
    decodeCalibration(new Uint8Array(26).fill(byte), new Uint8Array(7).fill(byte));
  expect([isBlank(of(0)), isBlank(of(0xff)), isBlank(EXAMPLE_CALIBRATION)]).toEqual([
    ...[true, true, false],
  ]);
});
