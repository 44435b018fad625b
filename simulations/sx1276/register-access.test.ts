import { expect, test } from 'vitest';
import { bench } from './bench.ts';
import { Mode } from './op-mode.ts';
import { Reg } from './registers.ts';

test('after reset: FSK standby at 434 MHz, version 0x12', async () => {
  const { read, readBurst } = bench();
  expect(await read(Reg.version)).toBe(0x12);
  expect(await read(Reg.opMode)).toBe(0x09);
  expect(await readBurst(Reg.frfMsb, 3)).toEqual([0x6c, 0x80, 0x00]);
});

test('a burst goes on with the next address', async () => {
  const { read, readBurst, write, boot } = bench();
  await boot();
  await write(Reg.preambleMsb, 0x00, 0x0c, 0x21);
  expect(await read(Reg.preambleLsb)).toBe(0x0c);
  expect(await readBurst(Reg.preambleMsb, 4)).toEqual([0x00, 0x0c, 0x21, 0xff]);
});

test('a burst to the FIFO stays there, and moves its pointer', async () => {
  const { read, readBurst, write, boot, violations } = bench();
  await boot();
  await write(Reg.fifoAddrPtr, 0xfe);
  await write(Reg.fifo, 1, 2, 3);
  expect(await read(Reg.fifoAddrPtr)).toBe(0x01);
  await write(Reg.fifoAddrPtr, 0xfe);
  expect(await readBurst(Reg.fifo, 3)).toEqual([1, 2, 3]);
  expect(violations()).toEqual([]);
});

test('the LoRa bit is taken in sleep only', async () => {
  const { read, write, violations } = bench();
  await write(Reg.opMode, 0x80 | Mode.standby);
  expect(await read(Reg.opMode)).toBe(Mode.standby);
  expect(violations()).toEqual(['lora-bit-outside-sleep']);
  await write(Reg.opMode, Mode.sleep);
  await write(Reg.opMode, 0x80 | Mode.standby);
  expect(await read(Reg.opMode)).toBe(0x80 | Mode.standby);
  expect(violations()).toHaveLength(1);
});

test('FSK and LoRa have registers of their own, and LoRa can look at those of FSK', async () => {
  const { read, write, mode, boot } = bench();
  await boot();
  await write(Reg.syncWord, 0x34);
  await write(Reg.opMode, 0xc0 | Mode.standby);
  expect(await read(Reg.syncWord)).toBe(0x00);
  await mode(Mode.sleep);
  await write(Reg.opMode, Mode.sleep);
  expect(await read(Reg.syncWord)).toBe(0x00);
  await mode(Mode.sleep);
  expect(await read(Reg.syncWord)).toBe(0x34);
});

test('sleep clears the FIFO and shuts it until the crystal runs', async () => {
  const { clock, read, write, mode, boot, violations } = bench();
  await boot();
  await write(Reg.fifo, 7);
  await mode(Mode.sleep);
  await write(Reg.fifoAddrPtr, 0);
  expect(await read(Reg.fifo)).toBe(0);
  await mode(Mode.standby);
  await write(Reg.fifo, 8);
  expect(violations()).toEqual(['fifo-in-sleep', 'fifo-in-sleep']);
  await clock.advance(0.25);
  await write(Reg.fifoAddrPtr, 0);
  expect(await read(Reg.fifo)).toBe(0);
  expect(violations()).toHaveLength(2);
});

test('what may not be written is not', async () => {
  const { read, write, mode, boot, violations } = bench();
  await boot();
  await write(Reg.rxNbBytes, 9);
  await write(Reg.version, 0x22);
  expect([await read(Reg.rxNbBytes), await read(Reg.version)]).toEqual([0, 0x12]);
  await write(0x32, 1);
  await mode(Mode.receiveContinuous);
  await write(Reg.payloadLength, 9);
  await write(Reg.fifo, 9);
  expect(violations()).toEqual([
    'read-only-register',
    'read-only-register',
    'reserved-register',
    'configured-while-active',
    'fifo-filled-outside-standby',
  ]);
});

test('the FSK modem is not on the air', async () => {
  const { antenna, read, write, violations } = bench();
  await write(Reg.opMode, Mode.transmit);
  await write(Reg.opMode, Mode.channelActivityDetection);
  expect(violations()).toEqual(['fsk-on-air', 'reserved-mode']);
  expect([await read(Reg.opMode), antenna.sent.length]).toEqual([Mode.standby, 0]);
});

test('the noise register is random while the receiver is on', async () => {
  const { clock, read, mode, boot } = bench();
  await boot();
  expect(await read(Reg.rssiWideband)).toBe(0);
  await mode(Mode.receiveContinuous);
  await clock.advance(1);
  const noise = new Set<number>();
  for (let i = 0; i < 16; i += 1) noise.add(await read(Reg.rssiWideband));
  expect(noise.size).toBeGreaterThan(8);
});

test('a carrier is taken over with its last byte', async () => {
  const { antenna, clock, write, mode, boot } = bench();
  await boot();
  const tune = async (): Promise<number> => {
    await mode(Mode.receiveContinuous);
    await clock.advance(1);
    await mode(Mode.standby);
    return antenna.tunedHz;
  };
  await write(Reg.frfMsb, 0xd9, 0x46);
  expect(await tune()).toBeCloseTo(868.1e6, -2);
  await write(Reg.frfLsb, 0x66);
  expect(await tune()).toBeCloseTo(869.1e6, -2);
});
