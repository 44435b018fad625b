import { expect, test } from 'vitest';
import { LONG_MS, numbered, type Rig } from './rig.ts';

const CLOSED = { code: 'RADIO_CLOSED' };

/** The end. */
export const closing = (rig: Rig): void => {
  test('closed, it hears nothing more, and its receptions complete', async () => {
    const { a, b } = rig.pair;
    let isComplete = false;
    b.receptions.subscribe({
      complete: () => {
        isComplete = true;
      },
    });
    b.close();
    expect(isComplete).toBe(true);
    rig.transmit(a, numbered(10));
    await rig.pass(LONG_MS);
    expect(rig.heardByB).toEqual([]);
  });

  test('closed, it does nothing more', () => {
    const { a } = rig.pair;
    a.close();
    a.close();
    expect(rig.transmit(a, numbered(10)).fault).toMatchObject(CLOSED);
    expect(rig.sense(a).fault).toMatchObject(CLOSED);
    expect(rig.tune(a, a.modulation).fault).toMatchObject(CLOSED);
  });

  test('what it was at when it was closed ends with that', async () => {
    const { a, b } = rig.pair;
    const sent = rig.transmit(a, numbered(100));
    const sensed = rig.sense(b);
    await rig.pass(1);
    a.close();
    b.close();
    await rig.pass(LONG_MS);
    expect([sent.fault, sensed.fault]).toMatchObject([CLOSED, CLOSED]);
    expect([sent.doneMs, sensed.doneMs]).toEqual([null, null]);
  });
};
