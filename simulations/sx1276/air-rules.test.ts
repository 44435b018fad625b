import { describe, expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { bench } from './bench.ts';
import { Mode } from './op-mode.ts';
import { Reg } from './registers.ts';

type Writes = readonly (readonly number[])[];

const SF6: Writes = [[Reg.modemConfig2, 0x64]];
const BW500: Writes = [
  [Reg.modemConfig1, 0x92],
  [Reg.ifFreq1, 0x40, 0x00, 0xc3],
];
const SF12: Writes = [[Reg.modemConfig2, 0xc4]];

/** A chip that is set up rightly, and then like this. */
const set = async (writes: Writes) => {
  const on = bench();
  await on.boot();
  for (const [address, ...values] of writes) await on.write(address as number, ...values);
  return on;
};

describe('both ways', () => {
  test.each<[string, Writes]>([
    ['reserved-modulation', [[Reg.modemConfig1, 0xa2]]],
    ['reserved-modulation', [[Reg.modemConfig1, 0x7a]]],
    ['reserved-modulation', [[Reg.modemConfig2, 0xd4]]],
    ['frequency-outside-bands', [[Reg.frfMsb, 0xc8, 0x00, 0x00]]],
    ['implicit-header', [[Reg.modemConfig1, 0x73]]],
    ['no-payload-crc', [[Reg.modemConfig2, 0x70]]],
    ['low-data-rate-optimize', [[Reg.modemConfig3, 0x08]]],
    ['low-data-rate-optimize', SF12],
    ['preamble-too-short', [[Reg.preambleMsb, 0, 5]]],
    ['sf6-explicit-header', SF6],
  ])('%s', async (name, writes) => {
    for (const mode of [Mode.transmit, Mode.receiveContinuous, Mode.channelActivityDetection]) {
      const on = await set(writes);
      await on.mode(mode);
      expect(on.violations()).toContain(name);
    }
  });
});

describe('transmitting', () => {
  test.each<[string, Writes]>([
    ['payload-length-zero', [[Reg.payloadLength, 0]]],
    ['pa-pin-not-wired', [[Reg.paConfig, 0x7f]]],
    ['pa-dac', [[Reg.paDac, 0x80]]],
    [
      'pa-dac',
      [
        [Reg.paDac, 0x87],
        [Reg.paConfig, 0x7f],
      ],
    ],
    [
      'over-current-limit',
      [
        [Reg.paDac, 0x87],
        [Reg.paConfig, 0x8f],
      ],
    ],
  ])('%s', async (name, writes) => {
    const on = await set(writes);
    await on.mode(Mode.receiveContinuous);
    expect(on.violations()).toEqual([]);
    await on.mode(Mode.standby);
    await on.mode(Mode.transmit);
    expect(on.violations()).toContain(name);
  });
});

describe('receiving', () => {
  test.each<[string, Writes]>([
    ['erratum-2.1', BW500],
    ['erratum-2.1', [[Reg.highBwOptimize1, 0x02]]],
    [
      'erratum-2.1',
      [
        ...BW500,
        [Reg.frfMsb, 0x6c, 0x80, 0x00],
        [Reg.highBwOptimize1, 0x02],
        [Reg.highBwOptimize2, 0x64],
      ],
    ],
    ['erratum-2.3', [[Reg.detectOptimize, 0xc3]]],
    ['erratum-2.3', [[Reg.ifFreq1, 0x20]]],
    ['detection-settings', [[Reg.detectionThreshold, 0x0c]]],
    ['detection-settings', [[Reg.detectOptimize, 0x45]]],
  ])('%s', async (name, writes) => {
    const on = await set(writes);
    await on.mode(Mode.transmit);
    expect(on.violations()).toEqual([]);
    await on.mode(Mode.standby);
    await on.mode(Mode.receiveContinuous);
    expect(on.violations()).toEqual([name]);
  });
});

test('what is right is not refused, at any bandwidth and spreading factor', async () => {
  const cases: Writes[] = [
    [...BW500, [Reg.highBwOptimize1, 0x02], [Reg.highBwOptimize2, 0x64]],
    [...SF12, [Reg.modemConfig3, 0x0c]],
    [
      [Reg.modemConfig1, 0x52],
      [Reg.ifFreq1, 0x44],
    ],
    [
      [Reg.paDac, 0x87],
      [Reg.paConfig, 0x8f],
      [Reg.ocp, 0x31],
    ],
  ];
  for (const writes of cases) {
    const on = await set(writes);
    await on.mode(Mode.receiveContinuous);
    await on.mode(Mode.transmit);
    expect(on.violations()).toEqual([]);
  }
});

test('without its erratum 500 kHz hears 3 dB worse', async () => {
  const heard = async (writes: Writes): Promise<number> => {
    const on = await set(writes);
    await on.mode(Mode.receiveContinuous);
    await on.clock.advance(1);
    for (const snrDb of [-4, -5, -6, -7]) on.antenna.hear(Uint8Array.of(1), { snrDb });
    const [, packets] = await on.readBurst(Reg.rxPacketCntMsb, 2);
    return packets as number;
  };
  expect(await heard(BW500)).toBe(1);
  expect(await heard([...BW500, [Reg.highBwOptimize1, 0x02], [Reg.highBwOptimize2, 0x64]])).toBe(4);
});

test('what peers cannot understand goes out with a sync word that is nobody’s', async () => {
  const on = await set([[Reg.modemConfig2, 0x70]]);
  await on.mode(Mode.transmit);
  await on.clock.advance(1);
  expect(on.antenna.sent[0]?.modulation.syncWord).toBe(presets.paper.syncWord ^ 0xff);
});

test('a modem that cannot start neither sends nor hears, nor ends', async () => {
  const on = await set([[Reg.modemConfig1, 0xa2]]);
  await on.mode(Mode.transmit);
  await on.clock.advance(1000);
  expect(on.antenna.log).toEqual([]);
  expect(await on.read(Reg.opMode)).toBe(0x80 | Mode.transmit);
});

test('below 62.5 kHz the intermediate frequency of erratum 2.3 is made good by the carrier', async () => {
  const on = await set([
    [Reg.modemConfig1, 0x52],
    [Reg.ifFreq1, 0x44],
  ]);
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  expect(on.antenna.listening?.frequencyHz).toBeCloseTo(868.1e6 - 41_667, -2);
});

test.each([
  [14, [0x8c, 0x84, 0x2b]],
  [2, [0x80, 0x84, 0x2b]],
  [17, [0x8f, 0x84, 0x2b]],
  [20, [0x8f, 0x87, 0x31]],
  [20 - 6, [0x8f, 0x87, 0x2b]],
  [14 - 40, [0x7e, 0x84, 0x2b]],
])('%d dBm reach the antenna', async (powerDbm, [paConfig, paDac, ocp]) => {
  const on = await set([
    [Reg.paConfig, paConfig as number],
    [Reg.paDac, paDac as number],
    [Reg.ocp, ocp as number],
  ]);
  await on.mode(Mode.transmit);
  await on.clock.advance(1);
  expect(on.antenna.sent[0]?.modulation.powerDbm).toBeCloseTo(powerDbm, 5);
});
