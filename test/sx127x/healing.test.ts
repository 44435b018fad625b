import { expect, test } from 'vitest';
import { airtimeMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { type Driven, driven, sending, sensing, type Tamper } from './driven.ts';

const FRAME = Uint8Array.of(1, 2, 3, 4, 5);
const AIRTIME_MS = airtimeMs(presets.paper, FRAME.length);
/** Reset, both calibrations, every register. */
const SET_UP_MS = 50;
const CHECK_MS = 10_000;

const codes = ({ troubles }: Driven): string[] => troubles.map(({ code }) => code);

/** Whether a frame that is on the air now arrives. */
const hears = async ({ antenna, clock, received }: Driven): Promise<boolean> => {
  const before = received.length;
  if (antenna.listening === null) return false;
  antenna.hear(FRAME);
  await clock.advance(200);
  return received.length === before + 1;
};

test.each([
  ['carrier', 0x07, 0x01],
  ['spreading factor', 0x1e, 0x10],
  ['sync word', 0x39, 0x26],
  ['amplifier', 0x09, 0x0f],
  ['erratum 2.3', 0x31, 0x80],
  ['interrupt mapping', 0x40, 0x40],
])('a register that changes by itself (%s) is found and mended', async (_, address, mask) => {
  const on = await driven();
  on.chip.faults.flip(address, mask);
  await on.clock.advance(CHECK_MS + SET_UP_MS);
  expect(codes(on)).toEqual(['RADIO_HEALED']);
  expect(on.troubles[0]?.message).toMatch(new RegExp(`0x${address.toString(16).padStart(2, '0')}`));
  expect(on.antenna.listening).toMatchObject({ spreadingFactor: 7, syncWord: 0x12 });
  expect(await hears(on)).toBe(true);
  expect(on.chip.violations).toEqual([]);
});

test.each([
  ['gain that the AGC moves', 0x0c, 0xa0],
  ['a reserved bit', 0x4d, 0x80],
])('%s is no fault', async (_, address, mask) => {
  const on = await driven();
  on.chip.faults.flip(address, mask);
  await on.clock.advance(3 * CHECK_MS);
  expect(on.troubles).toEqual([]);
});

test('what changed shows when a frame is read, not only at the next check', async () => {
  const on = await driven();
  on.chip.faults.flip(0x20, 0x01);
  expect(await hears(on)).toBe(true);
  expect(codes(on)).toEqual(['RADIO_HEALED']);
  expect(on.troubles[0]?.message).toMatch(
    /^Registers that disagree: 1 \(0x20 reads 0x01, not 0x00\): the SX127x was reset/,
  );
});

test('after a dip of the supply the radio goes on', async () => {
  const on = await driven();
  on.chip.faults.brownOut();
  await on.clock.advance(CHECK_MS + SET_UP_MS);
  expect(on.troubles[0]).toMatchObject({
    code: 'RADIO_HEALED',
    message: expect.stringMatching(/0x01 reads 0x09.*check its supply/),
  });
  expect(await hears(on)).toBe(true);
});

test('one transfer that reads wrong heals nothing, as a second look shows', async () => {
  const on = await driven();
  on.bus.tamper = (out, reply) => {
    if (out.length < 60) return reply;
    on.bus.tamper = null;
    return reply.map((byte) => byte ^ 0xff);
  };
  await on.clock.advance(CHECK_MS + SET_UP_MS);
  expect(on.bus.tamper).toBeNull();
  expect(on.troubles).toEqual([]);
});

/** A chip in which a bit of one register reads back otherwise. */
const otherwise =
  (address: number, bit: number): Tamper =>
  (out, reply) => {
    const index = address - (out[0] as number) + 1;
    const isRead = (out[0] as number) < 0x80 && out[0] !== 0x00;
    return isRead ? reply.map((byte, i) => (i === index ? byte ^ bit : byte)) : reply;
  };

test('a chip that has an erratum’s register otherwise is used as it is, and told once', async () => {
  const on = await driven({ tamper: otherwise(0x31, 0x80) });
  await on.clock.advance(5 * CHECK_MS);
  expect(codes(on)).toEqual(['RADIO_ODD']);
  expect(on.troubles[0]?.message).toMatch(/0x31 reads 0xc3, not 0x43.*report/);
  expect(await hears(on)).toBe(true);
});

test('one that has its sync word otherwise is of no use', async () => {
  await expect(driven({ tamper: otherwise(0x39, 0x01) })).rejects.toMatchObject({
    code: 'RADIO_REGISTERS',
    message: expect.stringMatching(/0x39 reads 0x13, not 0x12.*lower the SPI speed/),
  });
});

test('a mode that takes its time to show is waited for', async () => {
  const on = await driven();
  let [before, since] = [0x85, Number.NEGATIVE_INFINITY];
  on.bus.tamper = (out, reply) => {
    if (out[0] === 0x81) since = on.clock.now();
    const isStale = out[0] === 0x01 && on.clock.now() - since < 3;
    if (isStale) return Uint8Array.of(0, before, ...reply.subarray(2));
    if (out[0] === 0x01) before = reply[1] as number;
    return reply;
  };
  const sent = sending(on, FRAME);
  await on.clock.advance(10);
  on.antenna.sent[0]?.done();
  await on.clock.advance(10);
  expect(sent).toMatchObject({ doneMs: expect.any(Number), fault: null });
  expect(on.troubles).toEqual([]);
});

test('where the FIFO’s pointer counts otherwise, the bytes themselves tell', async () => {
  const on = await driven();
  on.bus.tamper = (out, reply) =>
    out[0] === 0x0d ? reply.map((byte, i) => (i === 1 ? byte + 1 : byte)) : reply;
  const sent = sending(on, FRAME);
  await on.clock.advance(5);
  on.antenna.sent[0]?.done();
  await on.clock.advance(5);
  expect(sent).toMatchObject({ doneMs: expect.any(Number), fault: null });
  expect(await hears(on)).toBe(true);
  expect(on.received[0]?.frame).toEqual(FRAME);
  expect(on.troubles).toEqual([]);
});

test('a transmission that does not end is given up after 1.5 times its airtime', async () => {
  const on = await driven();
  on.chip.faults.stickInTransmit('reset');
  const sent = sending(on, FRAME);
  await on.clock.advance(1.4 * AIRTIME_MS);
  expect(sent.fault).toBeNull();
  await on.clock.advance(0.1 * AIRTIME_MS + SET_UP_MS);
  expect(sent.fault).toMatchObject({ code: 'RADIO_HEALED' });
  expect(codes(on)).toEqual(['RADIO_HEALED']);
  expect(await hears(on)).toBe(true);
});

test('what waits for its turn while the chip is mended is sent', async () => {
  const on = await driven();
  on.chip.faults.brownOut();
  on.antenna.log.length = 0;
  await on.clock.runUntil(() => on.transfers.includes('w 01 00'));
  const sent = sending(on, FRAME);
  await on.clock.advance(SET_UP_MS);
  on.antenna.sent[0]?.done();
  await on.clock.advance(5);
  expect(codes(on)).toEqual(['RADIO_HEALED']);
  expect(sent).toMatchObject({ doneMs: expect.any(Number), fault: null });
});

test('a chip that answers nothing is asked again, less and less often, until it does', async () => {
  const on = await driven();
  on.chip.faults.silence(0xff, 'repaired');
  const sent = sending(on, FRAME);
  await on.clock.advance(200);
  expect(codes(on)).toEqual(['RADIO_BROKEN']);
  expect(on.troubles[0]?.message).toMatch(/Nothing answers.*next attempt in 1 s/);
  expect(sent.fault).toMatchObject({ code: 'RADIO_BROKEN' });
  expect(sending(on, FRAME).fault).toMatchObject({ code: 'RADIO_BROKEN' });
  expect(sensing(on).seen).toMatchObject([{ code: 'RADIO_BROKEN' }]);
  await on.clock.advance(600_000);
  expect(on.troubles.map(({ message }) => /in (\d+) s/.exec(message)?.[1]).slice(0, 8)).toEqual([
    '1',
    '2',
    '4',
    '8',
    '16',
    '32',
    '60',
    '60',
  ]);
  expect(on.troubles.length).toBeLessThan(20);
  on.chip.faults.repair();
  await on.clock.advance(60_000);
  expect(codes(on).at(-1)).toBe('RADIO_HEALED');
  expect(await hears(on)).toBe(true);
});

test('a chip that only a reset wakes is woken', async () => {
  const on = await driven();
  on.chip.faults.silence(0x00, 'reset');
  await on.clock.advance(CHECK_MS + SET_UP_MS);
  expect(codes(on)).toEqual(['RADIO_HEALED']);
  expect(await hears(on)).toBe(true);
});

test('without a reset line it is set up again by way of sleep', async () => {
  const on = await driven({ reset: null });
  on.chip.faults.flip(0x1e, 0x10);
  await on.clock.advance(CHECK_MS + SET_UP_MS);
  expect(codes(on)).toEqual(['RADIO_HEALED']);
  expect(await hears(on)).toBe(true);
  expect(on.chip.violations).toEqual([]);
});

test('a bus that fails amid a frame loses that frame, and is told', async () => {
  const on = await driven();
  on.bus.tamper = (out, reply) => {
    if (out[0] !== 0x80) return reply;
    on.bus.tamper = null;
    throw new Error('EIO');
  };
  const sent = sending(on, FRAME);
  await on.clock.advance(SET_UP_MS);
  expect(sent.fault).toMatchObject({
    code: 'RADIO_HEALED',
    message: expect.stringMatching(/SPI bus failed \(EIO\)/),
  });
  expect(await hears(on)).toBe(true);
});

test('a receiver that went deaf hears again within an hour of silence', async () => {
  const on = await driven();
  on.chip.faults.deafen();
  expect(await hears(on)).toBe(false);
  await on.clock.advance(3_600_000 + CHECK_MS);
  expect(await hears(on)).toBe(true);
  expect(on.troubles).toEqual([]);
});

test('where frames come nothing is set up anew', async () => {
  const on = await driven();
  on.transfers.length = 0;
  for (const minutes of [40, 40]) {
    await on.clock.advance(minutes * 60_000);
    expect(await hears(on)).toBe(true);
  }
  expect(on.transfers).not.toContain('w 01 00');
});

test('an edge that got lost is made up for by a look each 100 ms', async () => {
  const on = await driven();
  on.chip.faults.loseEdges('dio0', 1);
  on.antenna.hear(FRAME);
  await on.clock.advance(101);
  expect(on.received).toHaveLength(1);
  expect(on.troubles).toEqual([]);
});

test('TxDone whose edge got lost ends with the watchdog, as sent', async () => {
  const on = await driven();
  on.chip.faults.loseEdges('dio0', 1);
  const sent = sending(on, FRAME);
  await on.clock.advance(AIRTIME_MS);
  on.antenna.sent[0]?.done();
  await on.clock.advance(0.5 * AIRTIME_MS + 2);
  expect(sent).toMatchObject({ doneMs: expect.any(Number), fault: null });
  expect(on.troubles).toEqual([]);
});

test('a line that tells nothing is named, and polled instead until it does', async () => {
  const on = await driven();
  on.chip.faults.stick('dio0');
  for (let i = 0; i < 5; i += 1) {
    on.antenna.hear(FRAME);
    await on.clock.advance(150);
  }
  expect(on.received).toHaveLength(5);
  expect(on.troubles).toMatchObject([
    { code: 'RADIO_EDGES_LOST', message: expect.stringMatching(/DIO0.*wired/) },
  ]);
  on.antenna.hear(FRAME);
  const endMs = on.clock.now();
  await on.clock.advance(150);
  expect((on.received.at(-1)?.endMs ?? 0) - endMs).toBeLessThan(12);
});
