import { expect, test } from 'vitest';
import { bench } from './bench.ts';
import { Mode } from './op-mode.ts';
import { Reg } from './registers.ts';

test('a reset brings the defaults, and the chip needs 5 ms after it', async () => {
  const { clock, chip, read, boot, violations } = bench();
  await boot();
  await chip.reset.write(0);
  await clock.advance(0.11);
  await chip.reset.write(1);
  await clock.advance(4.9);
  expect(await read(Reg.version)).toBe(0);
  expect(violations()).toEqual(['spi-during-reset']);
  await clock.advance(0.2);
  expect([await read(Reg.version), await read(Reg.opMode)]).toEqual([0x12, 0x09]);
});

test('a shorter pulse is none', async () => {
  const { clock, chip, read, boot, violations } = bench();
  await boot();
  await chip.reset.write(0);
  await clock.advance(0.09);
  await chip.reset.write(1);
  expect(await read(Reg.opMode)).toBe(0x80 | Mode.standby);
  expect(violations()).toEqual(['reset-too-short']);
});

test('held low, the chip says nothing and sends nothing', async () => {
  const { clock, chip, antenna, read, mode, boot } = bench();
  await boot();
  await mode(Mode.transmit);
  await clock.advance(5);
  await chip.reset.write(0);
  await clock.advance(1);
  await chip.reset.write(1);
  expect(antenna.log.at(-1)).toMatch('cut off');
  expect(await read(Reg.opMode)).toBe(0);
});

test('image calibration runs for 10 ms, and tells while it does', async () => {
  const { clock, read, write, violations } = bench();
  await write(Reg.imageCal, 0x42);
  expect(await read(Reg.imageCal)).toBe(0x22);
  await clock.advance(10);
  expect(await read(Reg.imageCal)).toBe(0x02);
  expect(violations()).toEqual([]);
});

test('it is refused outside of FSK standby, and broken off by leaving that', async () => {
  const { clock, read, write, violations } = bench();
  await write(Reg.imageCal, 0x42);
  await write(Reg.opMode, Mode.sleep);
  await write(Reg.imageCal, 0x42);
  expect(violations()).toEqual(['calibration-interrupted', 'calibration-outside-fsk-standby']);
  await clock.advance(20);
  expect(await read(Reg.imageCal)).toBe(0x02);
});

test('each band is calibrated for itself; reset forgets all but the low one', async () => {
  const { clock, chip, write, mode, boot, violations } = bench();
  await boot();
  await mode(Mode.receiveContinuous);
  expect(violations()).toEqual([]);
  await mode(Mode.standby);
  await write(Reg.frfMsb, 0x6c, 0x80, 0x00);
  await mode(Mode.receiveContinuous);
  expect(violations()).toEqual([]);
  await chip.reset.write(0);
  await clock.advance(1);
  await chip.reset.write(1);
  await clock.advance(5);
  await write(Reg.frfMsb, 0xd9, 0x06, 0x66);
  await write(Reg.opMode, Mode.sleep);
  await mode(Mode.sleep);
  await mode(Mode.receiveContinuous);
  expect(violations()).toContain('band-uncalibrated');
});
