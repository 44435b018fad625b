import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bodyArbitrary,
  fieldArbitrary,
  misfits,
  valuesArbitrary,
} from '../test/protocol/arbitrary.ts';
import { type AnyValues, checkValues, decodeBody, encodeBody, fits } from './body.ts';
import { bytes, choice, type Field, type Fields, list, u16 } from './fields.ts';
import { MESSAGE_NAMES, specOf } from './messages.ts';
import { pack, unpack, type Wire } from './msgpack.ts';

const outside = expect.objectContaining({ code: 'TIES_FIELD' });

const bodyFields = MESSAGE_NAMES.flatMap((name) => {
  const { body } = specOf(name);
  return body === 'raw'
    ? []
    : Object.entries(body).map(([key, field]) => ({ name, fields: body as Fields, key, field }));
});
const title = ({ name, key }: { name: string; key: string }): string => `${name}.${key}`;
const cases = bodyFields.map((one) => [title(one), one] as const);

describe('every body of the table', () => {
  test.each(MESSAGE_NAMES)('%s comes back as it was', (name) => {
    fc.assert(
      fc.property(bodyArbitrary(name), (values) => {
        expect(decodeBody(name, encodeBody(name, values))).toEqual(values);
      }),
      { numRuns: 40 },
    );
  });

  test.each(MESSAGE_NAMES)(
    '%s takes any bytes for a body or refuses them, and never throws',
    (name) => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 40 }), (any) => {
          const values = decodeBody(name, any);
          if (values !== null) expect(decodeBody(name, encodeBody(name, values))).toEqual(values);
        }),
        { numRuns: 100 },
      );
    },
  );

  test('has nothing before or behind it', () => {
    for (const name of MESSAGE_NAMES.filter((one) => specOf(one).body !== 'raw'))
      for (const values of fc.sample(bodyArbitrary(name), 2)) {
        const whole = encodeBody(name, values);
        expect(decodeBody(name, Uint8Array.of(...whole, 0xc0))).toBeNull();
        expect(decodeBody(name, Uint8Array.of(0x90, ...whole))).toBeNull();
      }
  });
});

describe('refused on the way out, with TIES_FIELD', () => {
  test.each(cases)('%s', (_, { name, fields, key, field }) => {
    const [values] = fc.sample(valuesArbitrary(fields), 1) as [AnyValues];
    for (const misfit of misfits(field))
      expect(() => encodeBody(name, { ...values, [key]: misfit })).toThrow(outside);
  });

  test('a payload that is no bytes', () => {
    for (const payload of [undefined, 'text', [1]])
      expect(() => encodeBody('data', { payload })).toThrow(outside);
  });

  test('the field is named', () => {
    expect(() => encodeBody('peer.query', { peer: Uint8Array.of(1) })).toThrow(/peer\.query\.peer/);
    expect(() => encodeBody('data', {})).toThrow(/data\.payload/);
  });
});

/** What a forger with the key could put in a field's place. */
const wireMisfits = (field: Field): readonly Wire[] => {
  const wrongKinds: readonly Wire[] = [null, true, 'ok', [[]], ['ok']];
  switch (field.kind) {
    case 'uint':
      return [...wrongKinds, field.min - 1, -1, field.max + 1, '5', Uint8Array.of(5)];
    case 'bytes':
      return [
        ...wrongKinds,
        0,
        ...misfits(field).filter((value) => value instanceof Uint8Array),
        'x'.repeat(field.lengths[0] as number),
        Array.from({ length: field.lengths[0] as number }, () => 0),
      ];
    case 'choice':
      return [...wrongKinds, -1, field.words.length, field.words[0] as string, '0'];
    case 'list': {
      const width = Object.keys(field.of).length;
      const row = itemsRow(field, field.maxItems + 1);
      return [
        ...wrongKinds,
        0,
        row,
        row.slice(0, width - 1),
        row.slice(0, width + 1),
        row.toReversed(),
      ];
    }
  }
};

const itemsRow = (field: Field & { kind: 'list' }, count: number): Wire[] => {
  const items = fc.sample(valuesArbitrary(field.of), count);
  return items.flatMap((item) =>
    Object.entries(field.of).map(([key, of]) =>
      of.kind === 'choice' ? of.words.indexOf(item[key] as string) : (item[key] as Wire),
    ),
  );
};

describe('refused on the way in', () => {
  test.each(cases)('%s', (_, { name, fields, key, field }) => {
    const [values] = fc.sample(valuesArbitrary(fields), 1) as [AnyValues];
    const row = unpack(encodeBody(name, values)) as Wire[];
    const at = Object.keys(fields).indexOf(key);
    expect(decodeBody(name, pack(row))).toEqual(values);
    for (const misfit of wireMisfits(field))
      expect(decodeBody(name, pack(row.with(at, misfit))), JSON.stringify(misfit)).toBeNull();
  });

  test('one field too few, one too many, and no array at all', () => {
    for (const { name, fields } of bodyFields) {
      const [values] = fc.sample(valuesArbitrary(fields), 1) as [AnyValues];
      const row = unpack(encodeBody(name, values)) as Wire[];
      for (const wrong of [row.slice(1), row.slice(0, -1), [...row, 0], [row], row[0] as Wire])
        expect(decodeBody(name, pack(wrong)), name).toBeNull();
    }
  });

  test('a body where the table has none', () => {
    for (const body of [[0x90], [0xc0], [0]])
      expect(decodeBody('J5', Uint8Array.from(body))).toBeNull();
    expect(decodeBody('J5', new Uint8Array(0))).toEqual({});
  });
});

test('what comes in is a copy: the frame it came in may be overwritten', () => {
  const frame = Buffer.from(encodeBody('C1', { challenge: new Uint8Array(8).fill(7) }));
  const values = decodeBody('C1', frame);
  frame.fill(0);
  expect(values).toEqual({ challenge: new Uint8Array(8).fill(7) });
});

describe('whether a value fits', () => {
  const entries = list(2, { address: u16(2, 9), devId: bytes(1, 3), state: choice('on', 'off') });

  test.each([
    [[], true],
    [[{ address: 2, devId: new Uint8Array(3), state: 'off' }], true],
    [[{ address: 1, devId: new Uint8Array(3), state: 'off' }], false],
    [[{ address: 2, devId: new Uint8Array(2), state: 'off' }], false],
    [[{ address: 2, devId: new Uint8Array(3), state: 'no' }], false],
    [[{ address: 2, devId: new Uint8Array(3) }], false],
    [
      Array.from({ length: 3 }, () => ({ address: 2, devId: new Uint8Array(1), state: 'on' })),
      false,
    ],
    ['', false],
  ])('case %#', (value, fitting) => expect(fits(entries, value)).toBe(fitting));

  test('every value made for a field of the table does, no misfit does', () => {
    for (const { field } of bodyFields) {
      for (const value of fc.sample(fieldArbitrary(field), 5))
        expect(fits(field, value)).toBe(true);
      for (const value of misfits(field)) expect(fits(field, value)).toBe(false);
    }
  });

  test('a missing field does not, one that no table knows is nobody’s business', () => {
    expect(() => checkValues({ a: u16() }, {}, 'x')).toThrow(outside);
    expect(() => checkValues({ a: u16() }, { a: 1, b: null }, 'x')).not.toThrow();
  });
});
