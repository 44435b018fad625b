import { expect, test } from 'vitest';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { receivedFrame } from './received.ts';
import { REG } from './registers.ts';
import { settingsFor } from './settings.ts';

const explicit = settingsFor(presets.paper, { paPin: 'PA_BOOST', implicitLengthBytes: null });
const implicit = settingsFor(
  { ...presets.paper, spreadingFactor: 6 },
  { paPin: 'PA_BOOST', implicitLengthBytes: 40 },
);

/** A frame of 12 B at 0x80, RxDone and ValidHeader, 4/5 with CRC. */
const GOOD = {
  [REG.fifoRxCurrentAddr]: 0x80,
  [REG.irqFlags]: 0x50,
  [REG.rxNbBytes]: 12,
  [REG.modemStat]: 0x20,
  [REG.pktSnrValue]: 0x28,
  [REG.pktRssiValue]: 75,
  [REG.rssiValue]: 3,
  [REG.hopChannel]: 0x40,
};

const bytesOf = (values: Readonly<Record<number, number>>): Uint8Array => {
  const bytes = new Uint8Array(REG.feiLsb - REG.fifoRxCurrentAddr + 1);
  for (const [address, value] of Object.entries(values)) {
    bytes[Number(address) - REG.fifoRxCurrentAddr] = value;
  }
  return bytes;
};

const received = (change: Readonly<Record<number, number>> = {}, settings = explicit) =>
  receivedFrame(bytesOf({ ...GOOD, ...change }), settings);

test('where the frame is, and what it was like', () => {
  const frame = Uint8Array.of(1, 2, 3);
  expect(received()).toMatchObject({ fifoAddress: 0x80, length: 12 });
  expect(received()?.reception(frame, 1_000)).toEqual({
    frame,
    startMs: 1_000 - airtimeMs(presets.paper, 12),
    endMs: 1_000,
    rssiDbm: -77,
    snrDb: 10,
    frequencyErrorHz: 0,
  });
});

test('its header tells the coding rate, and so when it began', () => {
  const sent = { ...presets.paper, codingRateDenominator: 8 };
  const reception = received({ [REG.modemStat]: 0x80 })?.reception(new Uint8Array(12), 1_000);
  expect(reception?.startMs).toBe(1_000 - airtimeMs(sent, 12));
});

test.each([
  ['a payload CRC error', { [REG.irqFlags]: 0x70 }],
  ['a header that announces no CRC', { [REG.hopChannel]: 0x00 }],
  ['no RxDone', { [REG.irqFlags]: 0x10 }],
  ['no bytes', { [REG.rxNbBytes]: 0 }],
])('%s is no frame', (_, change) => {
  expect(received(change)).toBeNull();
});

test('without a header the length is the agreed one, and the CRC bit says nothing', () => {
  const change = { [REG.hopChannel]: 0x00, [REG.rxNbBytes]: 7 };
  expect(received(change, implicit)).toMatchObject({ length: 40 });
});
