import { from } from 'rxjs';
import { expect, test } from 'vitest';
import { airtimeMs } from '../protocol/lora/airtime.ts';
import { presets } from '../protocol/lora/presets.ts';
import { encodeFrame, type Frame } from '../transports/lora/frame.ts';
import { loraLink } from '../transports/lora/link.ts';
import { airLedger } from './air-ledger.ts';
import { HeapClock } from './heap-clock.ts';
import { simulatedMedium } from './medium/medium.ts';
import { seededRandom } from './seeded-random.ts';

/** Two links, their ledger, and losses of the frames of these numbers. */
const watched = (...lost: readonly number[]) => {
  const clock = new HeapClock();
  let count = -1;
  const lose = () => {
    count += 1;
    return lost.includes(count);
  };
  const medium = simulatedMedium({ clock, random: seededRandom(1, 'medium'), lose });
  const ledger = airLedger(medium.transmissions);
  const [a, b] = [1, 2].map((address) =>
    loraLink({
      radio: medium.join({ modulation: presets.paper }),
      clock,
      random: seededRandom(1, `${address}`),
      addresses: [address],
    }),
  ) as [ReturnType<typeof loraLink>, ReturnType<typeof loraLink>];
  const send = async (from: typeof a, src: number, dst: number, payload: Uint8Array) => {
    from.send({ net: 0, src, dst, payload }).subscribe();
    await clock.advance(5000);
  };
  return { ledger, a, b, send };
};

const airtimes = (...lengths: readonly number[]): number =>
  lengths.reduce((sum, length) => sum + airtimeMs(presets.paper, length), 0);

test('a message, its repetitions, questions and acknowledgements are one row', async () => {
  const { ledger, a, send } = watched(1, 3, 7);
  await send(a, 1, 2, new Uint8Array(600).fill(0x93));
  const [row, ...others] = ledger.rows();
  expect(others).toEqual([]);
  // data 0, 1 (lost), 2; ack (lost); ask; ack; data 1; ack (lost); ask; ack
  expect(row).toMatchObject({
    src: 1,
    dst: 2,
    firstByte: 0x93,
    frames: 10,
    bytes: 4 * 208 + 4 * 6 + 2 * 10,
    retransmissions: 1,
    acks: 4,
  });
  expect(row?.airtimeMs).toBeCloseTo(airtimes(208, 208, 208, 208, 6, 6, 6, 6, 10, 10), 6);
  expect(row?.startMs).toBeCloseTo(2.048);
  expect(row?.endMs).toBeGreaterThan((row?.airtimeMs as number) + 2);
});

test('messages both ways are rows in order, the acks counted to whom they are for', async () => {
  const { ledger, a, b, send } = watched();
  await send(a, 1, 2, Uint8Array.of(7));
  await send(b, 2, 1, Uint8Array.of(8));
  await send(a, 1, 2, Uint8Array.of(9));
  const rows = ledger
    .rows()
    .map(({ src, firstByte, frames, acks }) => [src, firstByte, frames, acks]);
  expect(rows).toEqual([
    [1, 7, 2, 1],
    [2, 8, 2, 1],
    [1, 9, 2, 1],
  ]);
});

test('a sequence number that comes round begins another row', async () => {
  const { ledger, a, send } = watched();
  for (let count = 0; count < 258; count += 1)
    await send(a, 1, 2, Uint8Array.of(count >> 8, count));
  const rows = ledger.rows();
  expect(rows).toHaveLength(258);
  expect(rows[257]?.seq).toBe(rows[1]?.seq);
  expect(rows.every(({ acks, retransmissions }) => acks === 1 && retransmissions === 0)).toBe(true);
});

/** Frames as they would be seen on the air, a millisecond each. */
const onAir = (...frames: readonly Frame[]) =>
  from(
    frames.map((frame, startMs) => ({
      radioId: `${startMs}`,
      frame: encodeFrame(frame),
      startMs,
      endMs: startMs + 1,
      airtimeMs: 1,
    })),
  );

test('announcement, parity and a carried acknowledgement count to their messages', () => {
  const there = { net: 0, src: 1, dst: 2, seq: 5 };
  const back = { net: 0, src: 2, dst: 1, seq: 9 };
  const fragment = { ackWanted: false, index: 0, last: 0, payload: Uint8Array.of(7) };
  const rows = airLedger(
    onAir(
      { type: 'announce', ...there, step: 1, frames: 2, last: 0, frameBytes: 9 },
      { type: 'data', ...there, ...fragment },
      { type: 'parity', ...there, ...fragment, ackWanted: true },
      { type: 'data', ...back, ...fragment, piggyback: { seq: 5, bitmap: 1 } },
    ),
  ).rows();
  expect(rows).toMatchObject([
    { src: 1, firstByte: 7, frames: 3, airtimeMs: 3, endMs: 4, retransmissions: 0, acks: 1 },
    { src: 2, firstByte: 7, frames: 1, airtimeMs: 1, acks: 0 },
  ]);
});

test('the same bytes to another receiver begin another row', () => {
  const data = {
    type: 'data',
    ackWanted: true,
    net: 0,
    src: 1,
    seq: 5,
    index: 0,
    last: 0,
  } as const;
  const payload = Uint8Array.of(7);
  const rows = airLedger(onAir(...[2, 3, 3].map((dst) => ({ ...data, dst, payload })))).rows();
  expect(rows.map(({ dst, frames, retransmissions }) => [dst, frames, retransmissions])).toEqual([
    [2, 1, 0],
    [3, 2, 1],
  ]);
});

test('a fragment 0 without a byte, or never seen, has no first byte', async () => {
  const { ledger, a, send } = watched();
  await send(a, 1, 2, new Uint8Array(0));
  expect(ledger.rows()).toMatchObject([{ firstByte: null, frames: 2 }]);
});

test('a closed ledger keeps what it has', async () => {
  const { ledger, a, send } = watched();
  await send(a, 1, 2, Uint8Array.of(1));
  ledger.close();
  await send(a, 1, 2, Uint8Array.of(2));
  expect(ledger.rows()).toHaveLength(1);
});
