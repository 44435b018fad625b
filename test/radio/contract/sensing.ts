import { expect, test } from 'vitest';
import { airtimeMs, symbolMs } from '../../../protocol/lora/airtime.ts';
import { LONG_MS, numbered, type Rig } from './rig.ts';

/** How much of a transmission next door is above the noise at least. */
const AUDIBLE_DB = 6;

/** Looking at the channel. */
export const sensing = (rig: Rig): void => {
  test('sensing says whether somebody sends, once, and receives nonetheless', async () => {
    const { a, b } = rig.pair;
    const silent = rig.sense(b);
    await rig.pass(LONG_MS);
    expect(silent.seen).toMatchObject([{ detected: false, receiving: false }]);
    expect(silent.doneMs).not.toBeNull();
    rig.transmit(a, numbered(200));
    await rig.pass(40 * symbolMs(a.modulation));
    const busy = rig.sense(b);
    await rig.pass(LONG_MS);
    expect(busy.seen).toMatchObject([{ detected: false, receiving: true }]);
    expect(busy.doneMs).not.toBeNull();
    expect(rig.heardByB).toHaveLength(1);
    const [quietDbm, loudDbm] = [silent, busy].map(({ seen }) => seen[0]?.rssiDbm as number);
    expect(loudDbm).toBeGreaterThan((quietDbm as number) + AUDIBLE_DB);
  });

  test('what it came too late to receive it detects', async () => {
    const { a, b } = rig.pair;
    rig.transmit(b, numbered(10));
    await rig.pass(5 * symbolMs(a.modulation));
    rig.transmit(a, numbered(200));
    await rig.pass(1.5 * airtimeMs(a.modulation, 10));
    const busy = rig.sense(b);
    await rig.pass(LONG_MS);
    expect(busy.seen).toMatchObject([{ detected: true, receiving: false }]);
    expect(rig.heardByB).toEqual([]);
  });

  test('it listens again after having sensed', async () => {
    const { a, b } = rig.pair;
    const silent = rig.sense(b);
    await rig.pass(10 * symbolMs(b.modulation));
    expect(silent.doneMs).not.toBeNull();
    rig.transmit(a, numbered(10));
    await rig.pass(LONG_MS);
    expect(rig.heardByB).toHaveLength(1);
  });

  test('sensing can be abandoned to send at once', async () => {
    const sensed = rig.sense(rig.pair.a);
    sensed.stop();
    const sent = rig.transmit(rig.pair.a, numbered(10));
    await rig.pass(LONG_MS);
    expect(sent.fault).toBeNull();
    expect(sensed.seen).toEqual([]);
    expect(rig.heardByB).toHaveLength(1);
  });
};
