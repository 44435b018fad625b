import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageArbitrary, misfits, valuesArbitrary } from '../test/protocol/arbitrary.ts';
import { type AnyValues, encodeBody } from './body.ts';
import { concat } from './bytes.ts';
import { MESSAGE_NAMES, type MessageName, messageById, specOf } from './messages.ts';
import { counterBytes, encodeOpen, parsePacket, tagBytes } from './packet.ts';

const outside = expect.objectContaining({ code: 'TIES_FIELD' });

/** A message with zeros for its tag. */
const unsealed = (name: MessageName, clear: AnyValues, body = new Uint8Array(0)): Uint8Array =>
  concat(encodeOpen({ name, kid: 0, counter: 1 }, clear), body, new Uint8Array(tagBytes(name)));

const sample = (name: MessageName): Uint8Array =>
  unsealed(name, fc.sample(valuesArbitrary(specOf(name).clear), 1)[0] as AnyValues);

describe('every message of the table', () => {
  test.each(MESSAGE_NAMES)('%s is taken apart as it was put together', (name) => {
    fc.assert(
      fc.property(messageArbitrary(name), ({ kid, place, clear, body }) => {
        const open = encodeOpen({ name, kid, counter: place.counter }, clear);
        const sealed = concat(encodeBody(name, body), new Uint8Array(tagBytes(name)).fill(0xee));
        const counter = name === 'data' ? place.counter % 2 ** 16 : place.counter;
        expect(parsePacket(concat(open, sealed))).toEqual({
          name,
          kid,
          counter,
          clear,
          open,
          sealed,
        });
      }),
      { numRuns: 40 },
    );
  });

  test.each(MESSAGE_NAMES)('%s cut off at any byte says "length" or "clear"', (name) => {
    const whole = sample(name);
    for (let length = 0; length < whole.length; length += 1) {
      const shortest = 2 + counterBytes(name) + tagBytes(name);
      expect(parsePacket(whole.slice(0, length))).toBe(length < shortest ? 'length' : 'clear');
    }
  });
});

test('the header is version and type, key id, counter', () => {
  const clear = { epoch: 0x0a0b0c0d };
  expect(encodeOpen({ name: 'C1', kid: 0xab, counter: 0x01020304 }, clear)).toEqual(
    Uint8Array.of(17, 0xab, 1, 2, 3, 4, 0x0a, 0x0b, 0x0c, 0x0d),
  );
  expect(encodeOpen({ name: 'data', kid: 0xab, counter: 0x01020304 }, {})).toEqual(
    Uint8Array.of(27, 0xab, 3, 4),
  );
});

describe('each fault is named', () => {
  test('nothing at all: length', () => expect(parsePacket(new Uint8Array(0))).toBe('length'));

  test('another version: version, whatever follows', () => {
    for (const version of [1, 2, 3])
      for (const name of MESSAGE_NAMES) {
        const bytes = sample(name);
        bytes[0] = (version << 6) | specOf(name).id;
        expect(parsePacket(bytes)).toBe('version');
      }
  });

  test('a type that is no message’s: type', () => {
    for (let id = 0; id < 64; id += 1)
      if (messageById(id) === null) expect(parsePacket(new Uint8Array(300).fill(id))).toBe('type');
  });

  test('a ticket of a length that no ticket has: clear', () => {
    const header = encodeOpen(
      { name: 'K2.indirect', kid: 0, counter: 1 },
      {
        re: 1,
        ticket: new Uint8Array(240),
      },
    ).slice(0, 10);
    const withTicket = (claimed: number, there: number): Uint8Array =>
      concat(header, Uint8Array.of(claimed >> 8, claimed & 255), new Uint8Array(there + 16));
    expect(parsePacket(withTicket(240, 240))).toMatchObject({ clear: { re: 1 } });
    for (const [claimed, there] of [
      [0, 240],
      [239 - 7, 240],
      [240, 239],
      [300, 300],
      [65_535, 240],
    ] as const)
      expect(parsePacket(withTicket(claimed, there))).toBe('clear');
    expect(parsePacket(concat(header, new Uint8Array(17)))).toBe('clear');
    expect(parsePacket(concat(header.slice(0, 6), new Uint8Array(16)))).toBe('clear');
  });
});

test('any bytes are a message or have a fault; nothing throws', () => {
  const first = fc.integer({ min: 0, max: 70 });
  fc.assert(
    fc.property(first, fc.uint8Array({ maxLength: 300 }), (type, rest) => {
      const packet = parsePacket(Uint8Array.of(type, ...rest));
      if (typeof packet === 'string')
        expect(['length', 'version', 'type', 'clear']).toContain(packet);
      else expect(packet.open.length + packet.sealed.length).toBe(1 + rest.length);
    }),
    { numRuns: 1000 },
  );
});

test('a packet is a copy: the frame it came in may be overwritten', () => {
  const frame = Buffer.from(unsealed('C1', { epoch: 7 }, Uint8Array.of(1, 2, 3)));
  const expected = parsePacket(Uint8Array.from(frame));
  const packet = parsePacket(frame);
  frame.fill(0xff);
  expect(packet).toEqual(expected);
});

describe('refused on the way out, with TIES_FIELD', () => {
  const clearFields = MESSAGE_NAMES.flatMap((name) =>
    Object.entries(specOf(name).clear).map(([key, field]) => [name, key, field] as const),
  );

  test.each(clearFields)('%s.%s', (name, key, field) => {
    const [values] = fc.sample(valuesArbitrary(specOf(name).clear), 1) as [AnyValues];
    for (const misfit of misfits(field))
      expect(() => encodeOpen({ name, kid: 0, counter: 1 }, { ...values, [key]: misfit })).toThrow(
        outside,
      );
  });

  test.each([
    { kid: -1, counter: 1 },
    { kid: 256, counter: 1 },
    { kid: 1.5, counter: 1 },
    { kid: 0, counter: -1 },
    { kid: 0, counter: 2 ** 32 },
    { kid: 0, counter: Number.NaN },
  ])('a header of %o', (header) => {
    expect(() => encodeOpen({ name: 'J5', ...header }, {})).toThrow(outside);
    expect(() => encodeOpen({ name: 'data', ...header }, {})).toThrow(outside);
  });
});
