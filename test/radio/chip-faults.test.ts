import { describe, expect, test } from 'vitest';
import type { Radio } from '../../drivers/radio/interface.ts';
import { chipAir } from './chips.ts';

/** Registers are looked at every 10 s. */
const CHECKED_MS = 12_000;

const ofLength = (length: number): Uint8Array => new Uint8Array(length).fill(length);
const SENT_BY_B = [10, 20, 30, 200].map((length) => ofLength(length).join());

/** A radio `b` whose chip will fail, and `a`, which sends it frames that are all different. */
const rig = async () => {
  const { clock, open } = chipAir();
  const [a, b] = [await open('a'), await open('b')];
  const sent: string[] = [];
  const heard: string[] = [];
  const heardByA: string[] = [];
  const troubles: string[] = [];
  b.radio.receptions.subscribe(({ frame }) => heard.push(frame.join()));
  a.radio.receptions.subscribe(({ frame }) => heardByA.push(frame.join()));
  b.radio.troubles.subscribe(({ code }) => troubles.push(code));

  /** Frames of `a`, one after the other, the radios left alone between them. */
  const talk = async (frames: number): Promise<void> => {
    for (let count = 0; count < frames; count += 1) {
      const frame = Uint8Array.from({ length: 20 }, (_, i) => (sent.length + 1) * (i + 3));
      sent.push(frame.join());
      a.radio.transmit(frame).subscribe();
      await clock.advance(150);
    }
  };
  /** What was heard is what was sent, in order, and each once. */
  const isGenuine = (): boolean => {
    let from = 0;
    const ofA = heard.every((frame) => {
      from = sent.indexOf(frame, from) + 1;
      return from > 0;
    });
    return ofA && heardByA.every((frame) => SENT_BY_B.includes(frame));
  };
  /** Whether frames go both ways. */
  const works = async (): Promise<boolean> => {
    const [before, back] = [heard.length, heardByA.length];
    await talk(3);
    const reply = send(b.radio, 30);
    await clock.advance(500);
    return heard.length === before + 3 && reply.isDone && heardByA.length === back + 1;
  };
  return { clock, a, b, faults: b.chip.faults, heard, troubles, talk, isGenuine, works };
};

/** What became of a frame handed to a radio. */
const send = (radio: Radio, length: number) => {
  const sent = { isDone: false, code: null as string | null };
  radio.transmit(ofLength(length)).subscribe({
    complete: () => {
      sent.isDone = true;
    },
    error: ({ code }) => {
      sent.code = code;
    },
  });
  return sent;
};

const sense = (radio: Radio) => {
  const sensed = { isDone: false, code: null as string | null };
  radio.senseActivity().subscribe({
    complete: () => {
      sensed.isDone = true;
    },
    error: ({ code }) => {
      sensed.code = code;
    },
  });
  return sensed;
};

test('a healthy chip has no troubles', async () => {
  const { clock, troubles, works } = await rig();
  await clock.advance(30_000);
  expect(await works()).toBe(true);
  expect(troubles).toEqual([]);
});

/** Of the registers that the driver sets up, each by the lowest and highest bit that has a meaning. */
const SET_UP = [
  0x01, 0x06, 0x07, 0x08, 0x09, 0x0e, 0x0f, 0x11, 0x1d, 0x1e, 0x1f, 0x20, 0x21, 0x22, 0x23, 0x24,
  0x27, 0x2f, 0x30, 0x31, 0x36, 0x37, 0x39, 0x3b, 0x40,
].flatMap((address) => [0x01, 0x80].map((mask) => [address, mask] as const));
const WITH_RESERVED_BITS = [
  [0x0b, 0x01],
  [0x0b, 0x20],
  [0x26, 0x04],
  [0x26, 0x08],
  [0x33, 0x01],
  [0x33, 0x40],
  [0x4d, 0x01],
  [0x4d, 0x04],
] as const;

describe('a register that flips is set right, and told', () => {
  test.each([...SET_UP, ...WITH_RESERVED_BITS])('register %i, bit %i', async (address, mask) => {
    const { clock, faults, troubles, talk, isGenuine, works } = await rig();
    faults.flip(address, mask);
    await talk(5);
    await clock.advance(CHECKED_MS);
    expect(troubles.filter((code) => code !== 'RADIO_EDGES_LOST')).toEqual(['RADIO_HEALED']);
    expect(await works()).toBe(true);
    expect(isGenuine()).toBe(true);
  });
});

describe('a brown-out', () => {
  test('while it listens', async () => {
    const { clock, faults, troubles, talk, isGenuine, works } = await rig();
    faults.brownOut();
    await talk(5);
    await clock.advance(CHECKED_MS);
    expect(troubles).toEqual(['RADIO_HEALED']);
    expect(await works()).toBe(true);
    expect(isGenuine()).toBe(true);
  });

  test('while it sends: the caller is told within 1.5 times the time on air', async () => {
    const { clock, b, faults, troubles, works } = await rig();
    const sent = send(b.radio, 200);
    await clock.advance(50);
    faults.brownOut();
    await clock.advance(600);
    expect(sent).toEqual({ isDone: false, code: 'RADIO_HEALED' });
    expect(troubles).toEqual(['RADIO_HEALED']);
    expect(await works()).toBe(true);
  });

  test('while it senses', async () => {
    const { clock, b, faults, troubles, works } = await rig();
    const sensed = sense(b.radio);
    await clock.advance(1);
    faults.brownOut();
    await clock.advance(100);
    expect(sensed.code).toBe('RADIO_HEALED');
    expect(troubles).toEqual(['RADIO_HEALED']);
    expect(await works()).toBe(true);
  });
});

describe('edges', () => {
  test('of TxDone and RxDone may get lost: the flags are looked at all the same', async () => {
    const { clock, b, faults, heard, troubles, talk, works } = await rig();
    faults.loseEdges('dio0');
    await talk(1);
    expect(heard).toHaveLength(1);
    faults.loseEdges('dio0');
    const sent = send(b.radio, 20);
    await clock.advance(200);
    expect(sent).toEqual({ isDone: true, code: null });
    expect(troubles).toEqual([]);
    expect(await works()).toBe(true);
  });

  test('that never come are told, and frames go on', async () => {
    const { faults, troubles, talk, isGenuine, works } = await rig();
    faults.stick('dio0');
    await talk(10);
    expect(troubles).toEqual(['RADIO_EDGES_LOST']);
    expect(await works()).toBe(true);
    expect(isGenuine()).toBe(true);
  });
});

describe.each([0x00, 0xff] as const)('a chip that answers %i to everything', (level) => {
  const moments: [string, (radio: Radio) => unknown][] = [
    ['listening', () => null],
    ['sending', (radio) => send(radio, 200)],
    ['sensing', sense],
  ];

  test.each(moments)('until it is reset, %s', async (_, begin) => {
    const { clock, b, faults, troubles, talk, isGenuine, works } = await rig();
    begin(b.radio);
    await clock.advance(2);
    faults.silence(level, 'reset');
    await talk(5);
    await clock.advance(CHECKED_MS);
    expect(new Set(troubles)).toEqual(new Set(['RADIO_HEALED']));
    expect(await works()).toBe(true);
    expect(isGenuine()).toBe(true);
  });

  test('until somebody mends it: told as broken, and taken up again', async () => {
    const { clock, b, faults, troubles, talk, isGenuine, works } = await rig();
    faults.silence(level, 'repaired');
    await talk(5);
    await clock.advance(100_000);
    expect(new Set(troubles)).toEqual(new Set(['RADIO_BROKEN']));
    expect(send(b.radio, 10).code).toBe('RADIO_BROKEN');
    faults.repair();
    await clock.advance(70_000);
    expect(troubles.at(-1)).toBe('RADIO_HEALED');
    expect(await works()).toBe(true);
    expect(isGenuine()).toBe(true);
  });
});

describe('a chip stuck in transmit', () => {
  test('until it is reset', async () => {
    const { clock, b, faults, troubles, works } = await rig();
    faults.stickInTransmit('reset');
    const sent = send(b.radio, 200);
    await clock.advance(600);
    expect(sent.code).toBe('RADIO_HEALED');
    expect(troubles).toEqual(['RADIO_HEALED']);
    expect(await works()).toBe(true);
  });

  test('until somebody mends it', async () => {
    const { clock, b, faults, troubles, works } = await rig();
    faults.stickInTransmit('repaired');
    const sent = send(b.radio, 200);
    await clock.advance(600);
    expect(sent.code).toMatch(/RADIO_(HEALED|BROKEN)/);
    faults.repair();
    await clock.advance(70_000);
    expect(troubles.at(-1)).toBe('RADIO_HEALED');
    expect(await works()).toBe(true);
  });
});

test('a frame whose header announces no CRC is nobody’s', async () => {
  const { faults, heard, talk } = await rig();
  faults.hearWithoutCrc(2);
  await talk(3);
  expect(heard).toHaveLength(1);
});

test.each([0x00, 0xff] as const)('any one transfer may read %i instead', async (level) => {
  const { clock, b, faults, talk, isGenuine, works } = await rig();
  for (let n = 0; n < 40; n += 1) {
    faults.glitch(level, n);
    await talk(2);
    sense(b.radio);
    await clock.advance(20);
    send(b.radio, 20);
    await clock.advance(500);
    expect([n, await works(), isGenuine()]).toEqual([n, true, true]);
  }
});
