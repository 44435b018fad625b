import { describe, expect, test } from 'vitest';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import { presets } from '../../protocol/lora/presets.ts';
import type { PaPin } from './power.ts';
import { REG } from './registers.ts';
import { settingsFor } from './settings.ts';

const settings = (
  change: Partial<Modulation> = {},
  paPin: PaPin = 'PA_BOOST',
  implicitLengthBytes: number | null = null,
) => settingsFor({ ...presets.paper, ...change }, { paPin, implicitLengthBytes });

const registers = (
  addresses: readonly number[],
  ...args: Parameters<typeof settings>
): (number | undefined)[] => {
  const { image } = settings(...args);
  return addresses.map((address) => image.get(address));
};

/** Words from Semtech's calculator: Frf = f × 2^19 / 32 MHz. */
test.each([
  [868_100_000, [0xd9, 0x06, 0x66], 0x80],
  [869_525_000, [0xd9, 0x61, 0x9a], 0x80],
  [915_000_000, [0xe4, 0xc0, 0x00], 0x80],
  [434_000_000, [0x6c, 0x80, 0x00], 0x88],
  [169_400_000, [0x2a, 0x59, 0x9a], 0x88],
])('%d Hz is that word, on that port', (frequencyHz, word, modem) => {
  const set = settings({ frequencyHz });
  expect(set.transmitFrf).toEqual(word);
  expect(set.receiveFrf).toEqual(word);
  expect(set.modem).toBe(modem);
});

test.each([
  ['paper', presets.paper, [0x72, 0x74, 0x04]],
  ['default', presets.default, [0x82, 0x74, 0x04]],
  ['range', presets.range, [0x72, 0xa4, 0x04]],
  ['SF11, symbols of 16.4 ms', { spreadingFactor: 11 }, [0x72, 0xb4, 0x0c]],
  ['SF11 at 250 kHz, 8.2 ms', { spreadingFactor: 11, bandwidthHz: 250_000 }, [0x82, 0xb4, 0x04]],
  ['SF7 at 7.8 kHz, 16.4 ms', { bandwidthHz: 7_800 }, [0x02, 0x74, 0x0c]],
  ['4/8', { codingRateDenominator: 8 }, [0x78, 0x74, 0x04]],
])('%s: modem configuration 1 to 3', (_, change, expected) => {
  const addresses = [REG.modemConfig1, REG.modemConfig2, REG.modemConfig3];
  expect(registers(addresses, change)).toEqual(expected);
});

test('preamble and sync word are the modulation’s', () => {
  const addresses = [REG.preambleMsb, REG.preambleLsb, REG.syncWord];
  expect(registers(addresses, { preambleSymbols: 300, syncWord: 0x34 })).toEqual([1, 44, 0x34]);
});

test('the whole FIFO serves both directions', () => {
  const addresses = [REG.fifoTxBaseAddr, REG.fifoRxBaseAddr, REG.maxPayloadLength];
  expect(registers(addresses)).toEqual([0, 0, 255]);
});

test('the LNA boost exists on the HF port', () => {
  expect(registers([REG.lna])).toEqual([0x23]);
  expect(registers([REG.lna], { frequencyHz: 434e6 })).toEqual([0x20]);
});

/** RegPaConfig, RegOcp, RegPaDac: datasheet §5.4.2 to 5.4.4. */
test.each<[PaPin, number, number[]]>([
  ['PA_BOOST', 2, [0xf0, 0x2b, 0x84]],
  ['PA_BOOST', 14, [0xfc, 0x2b, 0x84]],
  ['PA_BOOST', 17, [0xff, 0x2b, 0x84]],
  ['PA_BOOST', 18, [0xfd, 0x31, 0x87]],
  ['PA_BOOST', 20, [0xff, 0x31, 0x87]],
  ['RFO', -4, [0x00, 0x23, 0x84]],
  ['RFO', 0, [0x04, 0x23, 0x84]],
  ['RFO', 1, [0x71, 0x23, 0x84]],
  ['RFO', 14, [0x7e, 0x23, 0x84]],
])('%s at %d dBm', (paPin, powerDbm, expected) => {
  expect(registers([REG.paConfig, REG.ocp, REG.paDac], { powerDbm }, paPin)).toEqual(expected);
});

describe('errata note', () => {
  test.each([
    [868_100_000, 500_000, [0x02, 0x64]],
    [434_000_000, 500_000, [0x02, 0x7f]],
    [868_100_000, 250_000, [0x03, undefined]],
    [434_000_000, 125_000, [0x03, undefined]],
  ])('§2.1 at %d Hz, %d Hz wide', (frequencyHz, bandwidthHz, expected) => {
    const addresses = [REG.highBwOptimize1, REG.highBwOptimize2];
    expect(registers(addresses, { frequencyHz, bandwidthHz })).toEqual(expected);
  });

  test.each([
    [7_800, 0x48, 7_812.5],
    [10_400, 0x44, 10_416.7],
    [15_600, 0x44, 15_625],
    [20_800, 0x44, 20_833.3],
    [31_250, 0x44, 31_250],
    [41_700, 0x44, 41_666.7],
    [62_500, 0x40, 0],
    [125_000, 0x40, 0],
    [250_000, 0x40, 0],
  ])('§2.3 %d Hz wide: received, not sent, higher up', (bandwidthHz, ifFreq1, offsetHz) => {
    const addresses = [REG.ifFreq1, REG.ifFreq2, REG.detectOptimize];
    expect(registers(addresses, { bandwidthHz })).toEqual([ifFreq1, 0x00, 0x43]);
    const { receiveFrf, transmitFrf, image } = settings({ bandwidthHz });
    expect(Math.abs(hz(receiveFrf) - hz(transmitFrf) - offsetHz)).toBeLessThan(62);
    expect([REG.frfMsb, REG.frfMid, REG.frfLsb].map((at) => image.get(at))).toEqual(receiveFrf);
    expect(Math.abs(hz(transmitFrf) - 868_100_000)).toBeLessThan(31);
  });

  test('§2.3 at 500 kHz: the chip chooses the intermediate frequency', () => {
    const addresses = [REG.ifFreq1, REG.ifFreq2, REG.detectOptimize];
    expect(registers(addresses, { bandwidthHz: 500_000 })).toEqual([undefined, undefined, 0xc3]);
  });
});

const hz = ([msb, mid, lsb]: readonly [number, number, number]): number =>
  (((msb << 16) | (mid << 8) | lsb) * 32e6) / 2 ** 19;

test('SF6: implicit header of one length, and detection of its own', () => {
  const sf6 = { spreadingFactor: 6, bandwidthHz: 250_000 };
  const addresses = [
    REG.modemConfig1,
    REG.modemConfig2,
    REG.detectOptimize,
    REG.detectionThreshold,
    REG.payloadLength,
  ];
  expect(registers(addresses, sf6, 'PA_BOOST', 40)).toEqual([0x83, 0x64, 0x45, 0x0c, 40]);
  expect(registers([REG.detectionThreshold])).toEqual([0x0a]);
});

test.each<[string, Partial<Modulation>, RegExp]>([
  ['SF5', { spreadingFactor: 5 }, /6 to 12/],
  ['SF6 without a length', { spreadingFactor: 6 }, /implicitLengthBytes/],
  ['SF13', { spreadingFactor: 13 }, /6 to 12/],
  ['100 kHz', { bandwidthHz: 100_000 }, /125000/],
  ['250 kHz at 169 MHz', { frequencyHz: 169e6, bandwidthHz: 250_000 }, /125000 Hz or less/],
  ['2.4 GHz', { frequencyHz: 2.4e9 }, /779–1020/],
  ['600 MHz', { frequencyHz: 600e6 }, /410–525/],
  ['4/9', { codingRateDenominator: 9 }, /5, 6, 7 or 8/],
  ['a preamble of 5', { preambleSymbols: 5 }, /6 to 65535/],
  ['a sync word of two bytes', { syncWord: 0x1234 }, /0x12/],
  ['21 dBm', { powerDbm: 21 }, /2 to 20/],
  ['1 dBm on PA_BOOST', { powerDbm: 1 }, /2 to 20/],
  ['half a decibel', { powerDbm: 13.5 }, /whole number/],
])('%s is refused, and the message says what to do', (_, change, message) => {
  expect(() => settings(change)).toThrow(
    expect.objectContaining({
      code: 'RADIO_MODULATION',
      message: expect.stringMatching(message),
    }),
  );
});

test('15 dBm on RFO is refused', () => {
  expect(() => settings({ powerDbm: 15 }, 'RFO')).toThrow(/-4 to 14/);
});
