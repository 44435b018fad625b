import fc from 'fast-check';
import type { AnyValues } from '../../protocol/body.ts';
import type { Place } from '../../protocol/envelope.ts';
import type { Field, Fields } from '../../protocol/fields.ts';
import { MESSAGE_NAMES, type MessageName, specOf } from '../../protocol/messages.ts';

const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

/** Values that `field` allows; its limits come up often. */
export const fieldArbitrary = (field: Field): fc.Arbitrary<unknown> => {
  switch (field.kind) {
    case 'uint':
      return fc.integer({ min: field.min, max: field.max });
    case 'bytes':
      return fc.constantFrom(...field.lengths).chain(bytesOf);
    case 'choice':
      return fc.constantFrom(...field.words);
    case 'list':
      return fc.array(valuesArbitrary(field.of), { maxLength: field.maxItems });
  }
};

/** A value for each of `fields`. */
export const valuesArbitrary = (fields: Fields): fc.Arbitrary<AnyValues> =>
  fc.record(
    Object.fromEntries(Object.entries(fields).map(([key, of]) => [key, fieldArbitrary(of)])),
    { noNullPrototype: true },
  );

/** Bodies that the table allows for a message; for data any reading. */
export const bodyArbitrary = (name: MessageName): fc.Arbitrary<AnyValues> => {
  const { body } = specOf(name);
  return body === 'raw'
    ? fc.record({ payload: fc.uint8Array({ maxLength: 32 }) }, { noNullPrototype: true })
    : valuesArbitrary(body);
};

const u16: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xffff });
const u32: fc.Arbitrary<number> = fc.integer({ min: 0, max: 2 ** 32 - 1 });

/** Where a message may stand. */
export const placeArbitrary: fc.Arbitrary<Place> = fc.record({
  src: u16,
  dst: u16,
  epoch: u32,
  counter: u32,
});

/** A message of the table with everything it says and where it stands. */
export const messageArbitrary = (name: MessageName) =>
  fc.record({
    name: fc.constant(name),
    kid: fc.integer({ min: 0, max: 255 }),
    place: placeArbitrary,
    clear: valuesArbitrary(specOf(name).clear),
    body: bodyArbitrary(name),
    bound: fc.uint8Array({ maxLength: 40 }),
  });

export const SEALED_NAMES = MESSAGE_NAMES.filter((name) => specOf(name).protection.kind === 'aead');

/** Values of every wrong kind, and just past the limits of a good one. */
export const misfits = (field: Field): readonly unknown[] => {
  const wrongKinds = [undefined, null, true, Number.NaN, 1.5, 'ok', [], [null], {}];
  switch (field.kind) {
    case 'uint':
      return [...wrongKinds, field.min - 1, field.max + 1, -1, '5', 5n, Uint8Array.of(5)];
    case 'bytes':
      return [...wrongKinds, 0, ...wrongLengths(field.lengths).map((n) => new Uint8Array(n))];
    case 'choice':
      return [...wrongKinds.filter((value) => value !== 'ok'), 0, field.words.length, '', 'maybe'];
    case 'list': {
      const item = fc.sample(valuesArbitrary(field.of), 1)[0];
      const tooMany = Array.from({ length: field.maxItems + 1 }, () => item);
      return [...wrongKinds.filter((value) => !isEmptyList(value)), tooMany, [{}]];
    }
  }
};

const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

const wrongLengths = (lengths: readonly number[]): readonly number[] =>
  [0, 1, ...lengths.flatMap((length) => [length - 1, length + 1])].filter(
    (length) => length >= 0 && !lengths.includes(length),
  );
