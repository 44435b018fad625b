import { expect, test } from 'vitest';
import { bench } from './bench.ts';
import { Mode } from './op-mode.ts';
import { Reg } from './registers.ts';

const frame = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i + 1);

/** Calls of a line, and when. */
const edges = (on: ReturnType<typeof bench>, line: 'dio0' | 'dio1'): string[] => {
  const seen: string[] = [];
  on.chip[line].onRising(() => seen.push(on.clock.now().toFixed(3)));
  return seen;
};

const started = async () => {
  const on = bench();
  await on.boot();
  await on.clock.advance(100 - on.clock.now());
  return on;
};

test('a transmission: synthesizer, ramp, the frame at RegFifoTxBaseAddr, TxDone, standby', async () => {
  const on = await started();
  const dio0 = edges(on, 'dio0');
  await on.write(Reg.dioMapping1, 0x40);
  await on.write(Reg.fifoAddrPtr, 0x80);
  await on.write(Reg.fifo, ...frame(5));
  await on.write(Reg.payloadLength, 5);
  await on.mode(Mode.transmit);
  await on.clock.advance(1);
  expect(on.antenna.log).toEqual(['100.115 sends 5 B']);
  expect(on.antenna.sent[0]?.frame).toEqual(frame(5));
  expect(on.antenna.sent[0]?.modulation).toMatchObject({
    spreadingFactor: 7,
    bandwidthHz: 125_000,
    codingRateDenominator: 5,
    preambleSymbols: 8,
    syncWord: 0x12,
    powerDbm: 14,
  });
  expect(on.antenna.sent[0]?.modulation.frequencyHz).toBeCloseTo(868.1e6, -2);
  expect(await on.read(Reg.opMode)).toBe(0x80 | Mode.transmit);
  on.antenna.sent[0]?.done();
  await on.clock.advance(0);
  expect(dio0).toEqual(['101.000']);
  expect(await on.read(Reg.opMode)).toBe(0x80 | Mode.standby);
  expect(await on.read(Reg.irqFlags)).toBe(0x08);
  expect(on.violations()).toEqual([]);
});

test('from sleep the crystal takes its time first', async () => {
  const on = await started();
  await on.mode(Mode.sleep);
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  expect(on.antenna.log).toEqual(['100.381 listens']);
});

test('leaving transmit cuts the frame off', async () => {
  const on = await started();
  await on.mode(Mode.transmit);
  await on.clock.advance(2);
  await on.mode(Mode.standby);
  expect(on.antenna.log).toEqual(['100.115 sends 1 B', '102.000 cut off']);
  expect(await on.read(Reg.irqFlags)).toBe(0);
});

test('a mode that is asked for again goes on', async () => {
  const on = await started();
  await on.mode(Mode.transmit);
  await on.clock.advance(2);
  await on.mode(Mode.transmit);
  await on.clock.advance(2);
  expect(on.antenna.log).toEqual(['100.115 sends 1 B']);
});

test('a frame received: buffer, pointers, strength, frequency error', async () => {
  const on = await started();
  const dio0 = edges(on, 'dio0');
  await on.write(Reg.fifoRxBaseAddr, 0x40);
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  on.antenna.hear(frame(5), { rssiDbm: -77, snrDb: 9.5, frequencyErrorHz: -1000 });
  await on.clock.advance(0);
  expect(dio0).toEqual(['101.000']);
  expect(await on.read(Reg.irqFlags)).toBe(0x50);
  expect(await on.readBurst(Reg.rxNbBytes, 5)).toEqual([5, 0, 1, 0, 1]);
  expect(await on.read(Reg.fifoRxCurrentAddr)).toBe(0x40);
  expect(await on.readBurst(Reg.pktSnrValue, 2)).toEqual([38, 75]);
  expect(await on.read(Reg.hopChannel)).toBe(0x40);
  const [msb, mid, lsb] = await on.readBurst(Reg.feiMsb, 3);
  const fei = (((msb as number) << 28) >> 12) | ((mid as number) << 8) | (lsb as number);
  expect((fei * 2 ** 24 * 0.25) / 32e6).toBeCloseTo(1000, 0);
  await on.write(Reg.fifoAddrPtr, 0x40);
  expect(await on.readBurst(Reg.fifo, 5)).toEqual([...frame(5)]);
  on.antenna.hear(frame(3));
  expect(await on.read(Reg.fifoRxCurrentAddr)).toBe(0x45);
  expect(await on.read(Reg.opMode)).toBe(0x80 | Mode.receiveContinuous);
  expect(on.violations()).toEqual([]);
});

test('below the noise, PacketRssi is that of the noise', async () => {
  const on = await started();
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  on.antenna.hear(frame(1), { rssiDbm: -125, snrDb: -6 });
  const [snr, rssi] = await on.readBurst(Reg.pktSnrValue, 2);
  expect((snr as number) - 256).toBe(-24);
  expect(-157 + ((rssi as number) * 16) / 15 - 6).toBeCloseTo(-125, 0);
});

test('a wrong payload is told with RxDone; a length too great is not told at all', async () => {
  const on = await started();
  await on.write(Reg.maxPayloadLength, 10);
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  on.antenna.hear(frame(11));
  expect(await on.read(Reg.irqFlags)).toBe(0);
  on.antenna.hear(frame(10), { isIntact: false });
  expect(await on.read(Reg.irqFlags)).toBe(0x70);
  expect(await on.readBurst(Reg.rxHeaderCntMsb, 4)).toEqual([0, 1, 0, 0]);
});

test('flags are cleared by writing 1, and masked ones are not raised', async () => {
  const on = await started();
  const dio0 = edges(on, 'dio0');
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  on.antenna.hear(frame(1));
  await on.write(Reg.irqFlags, 0x40);
  expect(await on.read(Reg.irqFlags)).toBe(0x10);
  on.antenna.hear(frame(1));
  await on.write(Reg.irqFlags, 0xff);
  await on.write(Reg.irqFlagsMask, 0x40);
  on.antenna.hear(frame(1));
  expect(await on.read(Reg.irqFlags)).toBe(0x10);
  await on.clock.advance(0);
  expect(dio0).toHaveLength(2);
});

test('a line rises once for a flag that stays', async () => {
  const on = await started();
  const dio0 = edges(on, 'dio0');
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  on.antenna.hear(frame(1));
  on.antenna.hear(frame(2));
  await on.clock.advance(0);
  expect(dio0).toHaveLength(1);
});

test('RXSINGLE gives up after its symbols, and DIO1 tells', async () => {
  const on = await started();
  const dio1 = edges(on, 'dio1');
  await on.write(Reg.symbTimeoutLsb, 20);
  await on.mode(Mode.receiveSingle);
  await on.clock.advance(30);
  expect(dio1).toEqual([(100 + 0.131 + 20 * 1.024).toFixed(3)]);
  expect(await on.read(Reg.irqFlags)).toBe(0x80);
  expect(await on.read(Reg.opMode)).toBe(0x80 | Mode.standby);
  expect(on.antenna.listening).toBeNull();
});

test('RXSINGLE waits for the end of a frame that began, and rests after it', async () => {
  const on = await started();
  await on.write(Reg.symbTimeoutLsb, 20);
  await on.mode(Mode.receiveSingle);
  await on.clock.advance(20);
  on.antenna.lock = 'payload';
  await on.clock.advance(50);
  expect(await on.read(Reg.opMode)).toBe(0x80 | Mode.receiveSingle);
  on.antenna.hear(frame(4));
  expect(await on.read(Reg.irqFlags)).toBe(0x50);
  expect(await on.read(Reg.opMode)).toBe(0x80 | Mode.standby);
});

test('RXSINGLE that loses its frame gives up too', async () => {
  const on = await started();
  await on.write(Reg.symbTimeoutLsb, 20);
  await on.mode(Mode.receiveSingle);
  await on.clock.advance(20);
  on.antenna.lock = 'header';
  await on.clock.advance(10);
  on.antenna.lock = 'none';
  await on.clock.advance(50);
  expect(await on.read(Reg.irqFlags)).toBe(0x80);
});

test('channel activity detection takes some 1.75 symbols at SF7, and ends in standby', async () => {
  const on = await started();
  const dio0 = edges(on, 'dio0');
  const dio1 = edges(on, 'dio1');
  await on.write(Reg.dioMapping1, 0xa0);
  on.antenna.chirping = true;
  await on.mode(Mode.channelActivityDetection);
  await on.clock.advance(5);
  expect(on.antenna.log).toEqual(['101.411 looks back to 100.131']);
  expect(dio0).toEqual(['101.923']);
  expect(dio1).toEqual(dio0);
  expect(await on.read(Reg.irqFlags)).toBe(0x05);
  expect(await on.read(Reg.opMode)).toBe(0x80 | Mode.standby);
  await on.write(Reg.irqFlags, 0xff);
  on.antenna.chirping = false;
  await on.mode(Mode.channelActivityDetection);
  await on.clock.advance(5);
  expect(await on.read(Reg.irqFlags)).toBe(0x04);
});

test('RegModemStat follows the lock, ValidHeader its third stage, RegRssiValue the channel', async () => {
  const on = await started();
  expect(await on.read(Reg.modemStat)).toBe(0x10);
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  const stages: number[] = [];
  for (const lock of ['none', 'preamble', 'header', 'payload'] as const) {
    on.antenna.lock = lock;
    stages.push(await on.read(Reg.modemStat), await on.read(Reg.irqFlags));
  }
  expect(stages).toEqual([0x14, 0, 0x05, 0, 0x07, 0, 0x0f, 0x10]);
  await on.write(Reg.irqFlags, 0x10);
  expect(await on.read(Reg.irqFlags)).toBe(0);
  on.antenna.channelDbm = -100;
  expect(await on.read(Reg.rssiValue)).toBe(57);
  await on.mode(Mode.standby);
  expect(await on.read(Reg.modemStat)).toBe(0x10);
});

test('counters of headers and packets begin anew with sleep', async () => {
  const on = await started();
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  on.antenna.hear(frame(1));
  await on.mode(Mode.sleep);
  expect(await on.readBurst(Reg.rxHeaderCntMsb, 4)).toEqual([0, 0, 0, 0]);
});

test('SF6 takes as many bytes as it was told to expect', async () => {
  const on = await started();
  await on.write(Reg.modemConfig1, 0x73, 0x64);
  await on.write(Reg.detectOptimize, 0x45);
  await on.write(Reg.detectionThreshold, 0x0c);
  await on.write(Reg.payloadLength, 4);
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  on.antenna.hear(frame(4));
  expect(await on.read(Reg.irqFlags)).toBe(0x50);
  await on.write(Reg.irqFlags, 0xff);
  on.antenna.hear(frame(5));
  expect(await on.read(Reg.irqFlags)).toBe(0x70);
  expect(await on.read(Reg.rxNbBytes)).toBe(4);
  expect(on.violations()).toEqual([]);
});
