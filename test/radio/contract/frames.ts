import { expect, test } from 'vitest';
import { airtimeMs } from '../../../protocol/lora/airtime.ts';
import { LONG_MS, numbered, type Rig } from './rig.ts';

/** Sending and receiving. */
export const frames = (rig: Rig): void => {
  test.each([1, 10, 255])('%d B arrive bit for bit, at their time', async (length) => {
    const { a, now } = rig.pair;
    const startMs = now();
    const endMs = startMs + airtimeMs(a.modulation, length);
    const sent = rig.transmit(a, numbered(length));
    await rig.pass(LONG_MS);
    expect(rig.heardByB.map(({ frame }) => frame)).toEqual([numbered(length)]);
    rig.isNear(rig.heardByB[0]?.startMs, startMs);
    rig.isNear(rig.heardByB[0]?.endMs, endMs);
    rig.isNear(sent.doneMs, endMs);
    expect(rig.heardByA).toEqual([]);
  });

  test('a frame tells how strong it was', async () => {
    rig.transmit(rig.pair.a, numbered(10));
    await rig.pass(LONG_MS);
    const [{ rssiDbm, snrDb }] = rig.heardByB as [(typeof rig.heardByB)[0]];
    expect(rssiDbm).toBeGreaterThan(-150);
    expect(rssiDbm).toBeLessThan(20);
    expect(Math.abs(snrDb)).toBeLessThanOrEqual(32);
  });

  test('nothing is sent before subscription', async () => {
    rig.pair.a.transmit(numbered(10));
    await rig.pass(LONG_MS);
    expect(rig.heardByB).toEqual([]);
  });

  test('the caller may use its buffer again at once', async () => {
    const frame = numbered(10);
    rig.transmit(rig.pair.a, frame);
    frame.fill(0xff);
    await rig.pass(LONG_MS);
    expect(rig.heardByB.map((heard) => heard.frame)).toEqual([numbered(10)]);
  });

  test('it hears again from TxDone on', async () => {
    const { a, b } = rig.pair;
    a.transmit(numbered(10)).subscribe({ complete: () => rig.transmit(b, numbered(20)) });
    await rig.pass(LONG_MS);
    expect(rig.heardByA.map(({ frame }) => frame)).toEqual([numbered(20)]);
  });

  test('frames may follow each other at once, as many as there are', async () => {
    const { a } = rig.pair;
    const lengths = [10, 11, 255, 254, 255];
    const next = (index: number): void => {
      if (index === lengths.length) return;
      a.transmit(numbered(lengths[index] as number)).subscribe({ complete: () => next(index + 1) });
    };
    next(0);
    await rig.pass(LONG_MS);
    expect(rig.heardByB.map(({ frame }) => frame)).toEqual(lengths.map(numbered));
  });

  test('while it sends it hears nothing', async () => {
    rig.transmit(rig.pair.a, numbered(200));
    await rig.pass(5);
    rig.transmit(rig.pair.b, numbered(10));
    await rig.pass(LONG_MS);
    expect(rig.heardByA).toEqual([]);
  });

  test('beginning to send loses what was being received', async () => {
    const { a, b } = rig.pair;
    rig.transmit(a, numbered(200));
    await rig.pass(airtimeMs(a.modulation, 200) - 5);
    rig.transmit(b, numbered(10));
    await rig.pass(LONG_MS);
    expect(rig.heardByB).toEqual([]);
  });

  test('one thing at a time', async () => {
    const { a } = rig.pair;
    rig.transmit(a, numbered(10));
    const busy = { code: 'RADIO_BUSY' };
    expect(rig.transmit(a, numbered(11)).fault).toMatchObject(busy);
    expect(rig.sense(a).fault).toMatchObject(busy);
    expect(rig.tune(a, a.modulation).fault).toMatchObject(busy);
    await rig.pass(LONG_MS);
    expect(rig.heardByB.map(({ frame }) => frame.length)).toEqual([10]);
  });

  test.each([0, 256])('a frame of %d B is refused', async (length) => {
    const { fault } = rig.transmit(rig.pair.a, new Uint8Array(length));
    expect(fault).toMatchObject({ code: 'RADIO_FRAME_LENGTH' });
    expect(rig.transmit(rig.pair.a, numbered(1)).fault).toBeNull();
  });
};
