import { expect, test } from 'vitest';
import { LONG_MS, numbered, type Rig } from './rig.ts';

/** Changing the modulation. */
export const tuning = (rig: Rig): void => {
  test('tuned elsewhere it neither hears nor is heard; both tuned there, they do', async () => {
    const { a, b } = rig.pair;
    const home = a.modulation;
    const away = { ...home, spreadingFactor: home.spreadingFactor + 1 };
    const tuned = rig.tune(a, away);
    await rig.pass(LONG_MS);
    expect(tuned.doneMs).not.toBeNull();
    expect(a.modulation).toEqual(away);
    rig.transmit(a, numbered(10));
    await rig.pass(LONG_MS);
    rig.transmit(b, numbered(10));
    await rig.pass(LONG_MS);
    expect([rig.heardByA, rig.heardByB]).toEqual([[], []]);

    rig.tune(b, away);
    await rig.pass(LONG_MS);
    rig.transmit(b, numbered(11));
    await rig.pass(LONG_MS);
    expect(rig.heardByA.map(({ frame }) => frame)).toEqual([numbered(11)]);

    rig.tune(a, home);
    rig.tune(b, home);
    await rig.pass(LONG_MS);
    rig.transmit(a, numbered(12));
    await rig.pass(LONG_MS);
    expect(rig.heardByB.map(({ frame }) => frame)).toEqual([numbered(12)]);
  });
};
