import { expect, test } from 'vitest';
import { openSx127x } from '../../drivers/sx127x/open.ts';
import { airtimeMs, symbolMs } from '../../protocol/lora/airtime.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { bench, driven, sending, sensing, within } from './driven.ts';

const FRAME = Uint8Array.of(1, 2, 3, 4, 5);

/** Lets a chip that sends reach the last bit. */
const finish = async (on: Awaited<ReturnType<typeof driven>>): Promise<void> => {
  await on.clock.advance(airtimeMs(on.radio.modulation, FRAME.length));
  on.antenna.sent.at(-1)?.done();
};

test('set up: reset, identity, both bands calibrated in FSK standby, LoRa by way of sleep', async () => {
  const on = bench();
  const { dio0, dio1, reset } = on.chip;
  const { clock, spi } = on;
  await within(
    clock,
    200,
    openSx127x({ spi, dio0, dio1, reset, clock, modulation: presets.paper }),
  );
  await clock.advance(1);
  const begin = on.transfers.filter((transfer) => transfer !== 'r 3b');
  expect(begin.slice(0, 16)).toEqual([
    ...['r 42', 'r 01', 'w 01 00', 'w 01 00', 'w 01 01', 'w 09 00'],
    ...['w 06 6c 80 00', 'w 3b 42', 'w 06 d9 06 66', 'w 3b 42'],
    ...['w 01 00', 'w 01 80', 'w 01 81'],
    ...['w 06 d9 06 66 fc', 'w 0b 2b 23', 'w 0e 00 00'],
  ]);
  expect(begin.slice(-2)).toEqual(['w 12 ff', 'w 01 85']);
  expect(on.chip.violations).toEqual([]);
  expect(on.antenna.listening).toMatchObject({ frequencyHz: 868_099_975.5859375 });
});

test('a chip that was left listening and cannot be reset is set up all the same', async () => {
  const first = await driven();
  const { clock, chip, radio } = first;
  const again = openSx127x({
    ...{ spi: chip.spi, dio0: null, dio1: null, reset: null, clock },
    modulation: { ...presets.default, frequencyHz: 434e6 },
  });
  await within(clock, 200, again);
  await clock.advance(1);
  expect(radio.modulation).toEqual(presets.paper);
  expect(first.antenna.listening).toMatchObject({ frequencyHz: 434e6, bandwidthHz: 250_000 });
  expect(chip.violations).toEqual([]);
});

test.each([
  [0xff, /Nothing answers/],
  [0x00, /Nothing answers/],
] as const)('a bus stuck at %d is no SX127x, and all is given back', async (level, message) => {
  const on = bench();
  on.chip.faults.silence(level, 'repaired');
  const { dio0, dio1, reset } = on.chip;
  const { clock, spi } = on;
  const opening = openSx127x({ spi, dio0, dio1, reset, clock, modulation: presets.paper });
  await expect(within(clock, 200, opening)).rejects.toMatchObject({
    code: 'RADIO_MISSING',
    message: expect.stringMatching(message),
  });
  expect(on.transfers.at(-1)).toBe('closed');
});

test('what the chip cannot do is refused before it is touched', async () => {
  const on = bench();
  const { dio0, dio1, reset } = on.chip;
  const modulation = { ...presets.paper, powerDbm: 30 };
  const opening = openSx127x({ spi: on.spi, dio0, dio1, reset, clock: on.clock, modulation });
  await expect(opening).rejects.toMatchObject({ code: 'RADIO_MODULATION' });
  expect(on.transfers).toEqual(['closed']);
});

test('sending: standby, the whole frame in one transfer, and off', async () => {
  const on = await driven();
  sending(on, FRAME);
  await on.clock.advance(5);
  expect(on.transfers).toEqual([
    ...['w 01 81', 'r 01 +18', 'w 22 05', 'w 40 40', 'w 0d 00', 'w fifo 5', 'r 0d +22'],
    'w 01 83',
  ]);
  expect(on.antenna.sent[0]?.frame).toEqual(FRAME);
});

test('at TxDone it listens before it tells anybody', async () => {
  const on = await driven();
  let toldAfter: readonly string[] = [];
  on.radio.transmit(FRAME).subscribe({
    complete: () => {
      toldAfter = [...on.transfers];
    },
  });
  await on.clock.advance(5);
  on.transfers.length = 0;
  await finish(on);
  await on.clock.advance(5);
  expect(on.transfers).toEqual(['r 01 +18', 'w 12 ff', 'w 40 00', 'w 01 85']);
  expect(toldAfter).toEqual(on.transfers);
  expect(on.antenna.log.at(-1)).toMatch(/listens/);
});

test('below 62.5 kHz it listens above the frequency it sends on', async () => {
  const modulation = { ...presets.paper, bandwidthHz: 31_250 };
  const on = await driven({ modulation });
  sending(on, FRAME);
  await on.clock.advance(5);
  expect(on.transfers).toContain('w 06 d9 06 66');
  expect(on.antenna.sent[0]?.modulation.frequencyHz).toBeCloseTo(868_100_000, -2);
  on.transfers.length = 0;
  await finish(on);
  await on.clock.advance(5);
  expect(on.transfers.slice(-2)).toEqual(['w 06 d9 08 66', 'w 01 85']);
  expect(on.chip.violations).toEqual([]);
});

test('a frame is read in one transfer, and its edge says when it ended', async () => {
  const on = await driven({ chip: { edgeLatencyMs: 0 } });
  await on.clock.advance(3);
  const endMs = on.clock.now();
  on.antenna.hear(FRAME, { rssiDbm: -77, snrDb: 9.5, frequencyErrorHz: 1_500 });
  await on.clock.advance(5);
  expect(on.transfers).toEqual([
    'r 01 +18',
    'r 10 +27',
    'w 12 ff',
    'w 0d 00',
    'r fifo 5',
    'r 0d +6',
  ]);
  expect(on.received).toHaveLength(1);
  expect(on.received[0]).toMatchObject({ frame: FRAME, endMs, rssiDbm: -77, snrDb: 9.5 });
  expect(on.received[0]?.startMs).toBe(endMs - airtimeMs(presets.paper, FRAME.length));
  expect(on.received[0]?.frequencyErrorHz).toBeCloseTo(1_500, 0);
});

test('a frame that ends while the last is read is read next, with its own time', async () => {
  const on = await driven({ chip: { spi: { clockHz: 5e6, overheadMs: 4 }, edgeLatencyMs: 0 } });
  on.antenna.hear(FRAME);
  await on.clock.runUntil(() => on.transfers.includes('w 0d 00'));
  on.antenna.hear(Uint8Array.of(9));
  const endMs = on.clock.now();
  await on.clock.advance(40);
  expect(on.received).toMatchObject([{ frame: FRAME }, { frame: Uint8Array.of(9), endMs }]);
});

test('noise is not heard: a CRC that fails, or that the header leaves out', async () => {
  const on = await driven();
  on.antenna.hear(FRAME, { isIntact: false });
  await on.clock.advance(200);
  on.chip.faults.hearWithoutCrc();
  on.antenna.hear(FRAME);
  await on.clock.advance(200);
  expect(on.received).toEqual([]);
  on.antenna.hear(FRAME);
  await on.clock.advance(200);
  expect(on.received).toHaveLength(1);
});

test('a frame that ends as sending begins is not lost, nor its time', async () => {
  const on = await driven();
  await on.clock.advance(7);
  sending(on, Uint8Array.of(9));
  on.antenna.hear(FRAME);
  const endMs = on.clock.now();
  await on.clock.advance(5);
  expect(on.received).toMatchObject([{ frame: FRAME }]);
  expect((on.received[0]?.endMs ?? 0) - endMs).toBeLessThan(0.1);
  expect(on.antenna.sent[0]?.frame).toEqual(Uint8Array.of(9));
  expect(on.chip.violations).toEqual([]);
});

test('amid a frame no detection is tried', async () => {
  const on = await driven();
  await on.clock.advance(2);
  on.antenna.lock = 'header';
  const { seen } = sensing(on);
  await on.clock.advance(50);
  expect(seen).toEqual([{ detected: false, receiving: true, rssiDbm: -120 }, 'complete']);
  expect(on.antenna.log).toEqual([]);
});

test.each([true, false])(
  'a detection (chirps: %s) tells power, and it listens again',
  async (chirping) => {
    const on = await driven();
    await on.clock.advance(2);
    on.antenna.chirping = chirping;
    on.antenna.channelDbm = -97;
    const { seen } = sensing(on);
    await on.clock.advance(50);
    expect(seen).toEqual([{ detected: chirping, receiving: false, rssiDbm: -97 }, 'complete']);
    expect(on.antenna.log.at(-1)).toMatch(/listens/);
    expect(on.chip.violations).toEqual([]);
  },
);

test('abandoned, a detection is broken off, and the next one counts', async () => {
  const on = await driven();
  on.antenna.chirping = true;
  const first = sensing(on);
  await on.clock.runUntil(() => on.transfers.includes('w 01 87'));
  first.subscription.unsubscribe();
  on.antenna.chirping = false;
  const second = sensing(on);
  await on.clock.advance(50);
  expect(first.seen).toEqual([]);
  expect(second.seen).toEqual([{ detected: false, receiving: false, rssiDbm: -120 }, 'complete']);
  expect(on.antenna.log.at(-1)).toMatch(/listens/);
  expect(on.chip.violations).toEqual([]);
});

test('abandoned before its turn, nothing is detected', async () => {
  const on = await driven();
  sensing(on).subscription.unsubscribe();
  await on.clock.advance(50);
  expect(on.transfers).toEqual([]);
});

test('abandoned for good, it listens', async () => {
  const on = await driven();
  const { subscription } = sensing(on);
  await on.clock.runUntil(() => on.transfers.includes('w 01 87'));
  subscription.unsubscribe();
  await on.clock.advance(1);
  expect(on.antenna.log.at(-1)).toMatch(/listens/);
  expect(on.transfers.at(-1)).toBe('w 01 85');
});

test('power is not read before the receiver has settled', async () => {
  const on = await driven();
  const beganMs = on.clock.now();
  sensing(on);
  await on.clock.runUntil(() => on.transfers.length > 0);
  expect(on.clock.now() - beganMs).toBeCloseTo(0.5, 1);
});

test('tuned, it writes what differs and listens there', async () => {
  const on = await driven();
  let isTuned = false;
  on.radio.tune(presets.range).subscribe({
    complete: () => {
      isTuned = true;
    },
  });
  await on.clock.advance(5);
  expect(isTuned).toBe(true);
  expect(on.radio.modulation).toEqual(presets.range);
  expect(on.transfers).toEqual([
    ...['w 01 81', 'r 01 +18', 'w 01 81', 'w 06 d9 61 9a', 'w 1e a4', 'w 12 ff', 'w 01 85'],
  ]);
  expect(on.antenna.listening).toMatchObject({ spreadingFactor: 10, bandwidthHz: 125_000 });
});

test('what the chip set by itself at 500 kHz is written anew below', async () => {
  const on = await driven();
  for (const bandwidthHz of [500_000, 125_000]) {
    on.transfers.length = 0;
    on.radio.tune({ ...presets.paper, bandwidthHz }).subscribe();
    await on.clock.advance(5);
  }
  expect(on.transfers).toContain('w 2f 40 00 43');
  expect(on.transfers).toContain('w 36 03');
  expect(on.chip.violations).toEqual([]);
});

test('tuned to what the chip cannot do, it says so and stays', async () => {
  const on = await driven();
  let fault: unknown;
  on.radio.tune({ ...presets.paper, spreadingFactor: 6 }).subscribe({
    error: (error) => {
      fault = error;
    },
  });
  expect(fault).toMatchObject({ code: 'RADIO_MODULATION' });
  expect(on.radio.modulation).toEqual(presets.paper);
  expect(on.transfers).toEqual([]);
});

test('at SF6 all frames have the agreed length', async () => {
  const on = await driven({
    modulation: { ...presets.paper, spreadingFactor: 6 },
    implicitLengthBytes: 40,
  });
  expect(sending(on, FRAME).fault).toMatchObject({ code: 'RADIO_FRAME_LENGTH' });
  expect(sending(on, new Uint8Array(40)).fault).toBeNull();
});

test('without a line the flags are polled: within a preamble, and 1 ms after TxDone', async () => {
  const on = await driven({ dio0: null, dio1: null });
  on.antenna.hear(FRAME);
  const endMs = on.clock.now();
  await on.clock.advance(50);
  expect(on.received).toHaveLength(1);
  const lateMs = (on.received[0]?.endMs ?? 0) - endMs;
  expect(lateMs).toBeLessThanOrEqual(8 * symbolMs(presets.paper) + 0.5);
  const sent = sending(on, FRAME);
  await on.clock.advance(5);
  await finish(on);
  const doneMs = on.clock.now();
  await on.clock.advance(50);
  expect((sent.doneMs ?? 0) - doneMs).toBeLessThan(2);
});

test('closed, it sleeps, gives all back, and ends what it was at', async () => {
  const on = await driven();
  const sent = sending(on, FRAME);
  await on.clock.advance(5);
  on.radio.close();
  on.radio.close();
  await on.clock.advance(1_000);
  expect(sent.fault).toMatchObject({ code: 'RADIO_CLOSED' });
  expect(on.transfers.slice(-2)).toEqual(['w 01 80', 'closed']);
  expect(on.antenna.log.at(-1)).toMatch(/cut off/);
  expect(sending(on, FRAME).fault).toMatchObject({ code: 'RADIO_CLOSED' });
});
