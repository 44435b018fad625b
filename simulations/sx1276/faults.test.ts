import { expect, test } from 'vitest';
import { bench } from './bench.ts';
import { Mode } from './op-mode.ts';
import { Reg } from './registers.ts';

const started = async () => {
  const on = bench();
  await on.boot();
  const edges: number[] = [];
  on.chip.dio0.onRising(() => edges.push(on.clock.now()));
  const pulse = async (): Promise<void> => {
    await on.chip.reset.write(0);
    await on.clock.advance(1);
    await on.chip.reset.write(1);
    await on.clock.advance(5);
  };
  const hear = async (): Promise<void> => {
    on.antenna.hear(Uint8Array.of(1, 2, 3));
    await on.clock.advance(0);
  };
  return { ...on, edges, pulse, hear };
};

const listening = async () => {
  const on = await started();
  await on.mode(Mode.receiveContinuous);
  await on.clock.advance(1);
  return on;
};

test('a register flips', async () => {
  const { chip, read } = await started();
  chip.faults.flip(Reg.syncWord, 0x81);
  expect(await read(Reg.syncWord)).toBe(0x93);
});

test('a brown-out leaves the FSK modem in standby with everything at its default', async () => {
  const { chip, antenna, read } = await listening();
  chip.faults.brownOut();
  expect([await read(Reg.opMode), await read(Reg.frfMsb)]).toEqual([0x09, 0x6c]);
  expect(antenna.listening).toBeNull();
});

test('an edge is lost, the flag is not, and the next edge arrives', async () => {
  const { chip, edges, hear, read, write } = await listening();
  chip.faults.loseEdges('dio0');
  await hear();
  expect([edges.length, await read(Reg.irqFlags)]).toEqual([0, 0x50]);
  await write(Reg.irqFlags, 0xff);
  await hear();
  expect(edges).toHaveLength(1);
});

test('a stuck line tells nothing any more', async () => {
  const { chip, edges, hear, write, pulse } = await listening();
  chip.faults.stick('dio0');
  await hear();
  await write(Reg.irqFlags, 0xff);
  await hear();
  await pulse();
  expect(edges).toEqual([]);
});

test.each([0x00, 0xff] as const)('silent, the chip answers %d and heeds nothing', async (level) => {
  const { chip, read, write, pulse } = await started();
  chip.faults.silence(level, 'reset');
  await write(Reg.syncWord, 0x55);
  expect(await read(Reg.version)).toBe(level);
  await pulse();
  expect(await read(Reg.version)).toBe(0x12);
  chip.faults.silence(level, 'repaired');
  await pulse();
  expect(await read(Reg.version)).toBe(level);
  chip.faults.repair();
  expect(await read(Reg.version)).toBe(0x12);
});

test('stuck in transmit, no TxDone comes and no mode is taken until reset', async () => {
  const { chip, antenna, edges, clock, mode, read, pulse } = await started();
  chip.faults.stickInTransmit('reset');
  await mode(Mode.transmit);
  await clock.advance(1);
  antenna.sent[0]?.done();
  await mode(Mode.standby);
  expect(await read(Reg.opMode)).toBe(0x80 | Mode.transmit);
  expect([await read(Reg.irqFlags), edges.length]).toEqual([0, 0]);
  await pulse();
  expect(await read(Reg.opMode)).toBe(0x09);
  expect(chip.faults.isStuckInTransmit).toBe(false);
});

test('one transfer among others goes wrong', async () => {
  const { chip, read } = await started();
  chip.faults.glitch(0xff, 2);
  const versions: number[] = [];
  for (let i = 0; i < 4; i += 1) versions.push(await read(Reg.version));
  expect(versions).toEqual([0x12, 0x12, 0xff, 0x12]);
});

test('deaf, the receiver hears nothing until reset', async () => {
  const { chip, edges, hear, read } = await listening();
  chip.faults.deafen();
  await hear();
  expect([edges.length, await read(Reg.irqFlags)]).toEqual([0, 0]);
  expect(await read(Reg.opMode)).toBe(0x80 | Mode.receiveContinuous);
});

test('a frame without CRC is told as such, right or wrong', async () => {
  const { chip, antenna, read } = await listening();
  chip.faults.hearWithoutCrc();
  antenna.hear(Uint8Array.of(1), { isIntact: false });
  expect([await read(Reg.irqFlags), await read(Reg.hopChannel)]).toEqual([0x50, 0]);
  antenna.hear(Uint8Array.of(1));
  expect(await read(Reg.hopChannel)).toBe(0x40);
});
