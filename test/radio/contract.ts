import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Radio, Reception } from '../../drivers/radio/interface.ts';
import { airtimeMs } from '../../protocol/lora/airtime.ts';

/** Two radios in reach of each other and of nobody else, and the time they live in. */
export interface RadioPair {
  readonly a: Radio;
  readonly b: Radio;
  now(): number;
  /** Let this much time pass. */
  pass(durationMs: number): Promise<void>;
  /** After each test, and once both are closed. */
  end?(): Promise<void>;
}

/** How far a time may be from the true one; a simulated radio has none, a chip some. */
export interface RadioContractOptions {
  readonly toleranceMs?: number;
}

/** Longer than any frame of the contract, or a channel activity detection, takes. */
const LONG_MS = 10_000;

const numbered = (length: number): Uint8Array => Uint8Array.from({ length }, (_, i) => i);

/** What every `Radio` does, whatever is behind it. */
export const radioContract = (
  name: string,
  makePair: () => RadioPair | Promise<RadioPair>,
  { toleranceMs = 1e-6 }: RadioContractOptions = {},
): void => {
  describe(`${name} is a radio`, () => {
    let pair: RadioPair;
    let heardByA: Reception[];
    let heardByB: Reception[];

    beforeEach(async () => {
      pair = await makePair();
      heardByA = [];
      heardByB = [];
      pair.a.receptions.subscribe((reception) => heardByA.push(reception));
      pair.b.receptions.subscribe((reception) => heardByB.push(reception));
    });

    afterEach(async () => {
      pair.a.close();
      pair.b.close();
      await pair.end?.();
    });

    const isNear = (actualMs: number | undefined, expectedMs: number): void =>
      expect(Math.abs((actualMs ?? Number.NaN) - expectedMs)).toBeLessThanOrEqual(toleranceMs);

    const transmit = (radio: Radio, frame: Uint8Array) => {
      const sent = { doneMs: null as number | null, fault: null as unknown };
      radio.transmit(frame).subscribe({
        complete: () => {
          sent.doneMs = pair.now();
        },
        error: (fault) => {
          sent.fault = fault;
        },
      });
      return sent;
    };

    const sense = (radio: Radio) => {
      const seen: (boolean | 'complete')[] = [];
      const sensing = radio.senseActivity().subscribe({
        next: ({ detected, receiving }) => seen.push(detected || receiving),
        complete: () => seen.push('complete'),
      });
      return { seen, sensing };
    };

    test.each([1, 10, 255])('%d B arrive bit for bit, at their time', async (length) => {
      const startMs = pair.now();
      const endMs = startMs + airtimeMs(pair.a.modulation, length);
      const sent = transmit(pair.a, numbered(length));
      await pair.pass(LONG_MS);
      expect(heardByB.map(({ frame }) => frame)).toEqual([numbered(length)]);
      isNear(heardByB[0]?.startMs, startMs);
      isNear(heardByB[0]?.endMs, endMs);
      isNear(sent.doneMs ?? Number.NaN, endMs);
      expect(heardByA).toEqual([]);
    });

    test('nothing is sent before subscription', async () => {
      pair.a.transmit(numbered(10));
      await pair.pass(LONG_MS);
      expect(heardByB).toEqual([]);
    });

    test('it hears again from TxDone on', async () => {
      pair.a.transmit(numbered(10)).subscribe({ complete: () => transmit(pair.b, numbered(20)) });
      await pair.pass(LONG_MS);
      expect(heardByA.map(({ frame }) => frame)).toEqual([numbered(20)]);
    });

    test('frames may follow each other at once', async () => {
      pair.a.transmit(numbered(10)).subscribe({ complete: () => transmit(pair.a, numbered(11)) });
      await pair.pass(LONG_MS);
      expect(heardByB.map(({ frame }) => frame.length)).toEqual([10, 11]);
    });

    test('while it sends it hears nothing', async () => {
      transmit(pair.a, numbered(200));
      await pair.pass(5);
      transmit(pair.b, numbered(10));
      await pair.pass(LONG_MS);
      expect(heardByA).toEqual([]);
    });

    test('beginning to send loses what was being received', async () => {
      transmit(pair.a, numbered(200));
      await pair.pass(airtimeMs(pair.a.modulation, 200) - 5);
      transmit(pair.b, numbered(10));
      await pair.pass(LONG_MS);
      expect(heardByB).toEqual([]);
    });

    test('sensing says whether somebody sends, once, and receives nonetheless', async () => {
      const silent = sense(pair.b);
      await pair.pass(LONG_MS);
      expect(silent.seen).toEqual([false, 'complete']);
      transmit(pair.a, numbered(200));
      await pair.pass(20);
      const busy = sense(pair.b);
      await pair.pass(LONG_MS);
      expect(busy.seen).toEqual([true, 'complete']);
      expect(heardByB).toHaveLength(1);
    });

    test('sensing can be abandoned to send at once', async () => {
      const { seen, sensing } = sense(pair.a);
      sensing.unsubscribe();
      const sent = transmit(pair.a, numbered(10));
      await pair.pass(LONG_MS);
      expect(sent.fault).toBeNull();
      expect(seen).toEqual([]);
      expect(heardByB).toHaveLength(1);
    });

    test('one thing at a time', async () => {
      transmit(pair.a, numbered(10));
      expect(transmit(pair.a, numbered(11)).fault).toMatchObject({ code: 'RADIO_BUSY' });
      await pair.pass(LONG_MS);
      expect(heardByB.map(({ frame }) => frame.length)).toEqual([10]);
    });

    test.each([0, 256])('a frame of %d B is refused', async (length) => {
      const { fault } = transmit(pair.a, new Uint8Array(length));
      expect(fault).toMatchObject({ code: 'RADIO_FRAME_LENGTH' });
    });

    test('closed, it hears nothing more', async () => {
      pair.b.close();
      transmit(pair.a, numbered(10));
      await pair.pass(LONG_MS);
      expect(heardByB).toEqual([]);
    });
  });
};
