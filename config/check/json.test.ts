import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson } from './json.ts';

/** JSON as people write it, keys of all kinds among it. */
const document = fc.json({ maxDepth: 4, noUnicodeString: false } as fc.JsonSharedConstraints);

const parsed = (text: string): { value: unknown } | null => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return null;
  }
};

test('what JSON.parse reads it reads the same, without a fault', () => {
  const indents = fc.constantFrom(0, 2, '\t');
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), indents, (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const { root, faults } = readJson(text);
      expect(faults).toEqual([]);
      expect(root?.value).toEqual(JSON.parse(text));
    }),
  );
});

test('what JSON.parse refuses it refuses', () => {
  const noise = fc.constantFrom(...'{}[]:,"\\/*#\n\t 01-+.eE\'ntf\ufeff\u0001\u2028', '');
  const spoiled = fc.tuple(document, fc.nat(), fc.nat(3), noise).map(([text, at, cut, put]) => {
    const start = at % (text.length + 1);
    return text.slice(0, start) + put + text.slice(start + cut);
  });
  fc.assert(
    fc.property(spoiled, (text) => {
      const { root, faults } = readJson(text);
      const strict = parsed(text);
      if (strict === null) expect(faults).not.toEqual([]);
      // A key that stands twice is all that JSON.parse lets pass and this does not.
      else expect(faults.filter(({ code }) => code !== 'duplicate-key')).toEqual([]);
      if (strict !== null) expect(root?.value).toEqual(strict.value);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['{"a":1,"a":2}', 'duplicate-key', '1:8', { a: 2 }],
  ['{"a":{"b":1,"b":2}}', 'duplicate-key', '1:13', { a: { b: 2 } }],
  ['[1,2,]', 'trailing-comma', '1:5', [1, 2]],
  ['{"a":1,\n}', 'trailing-comma', '1:7', { a: 1 }],
  ['// one\n{}', 'comment', '1:1', {}],
  ['{\n  "a": 1 # one\n}', 'comment', '2:10', { a: 1 }],
  ['{"a": /* one\n two */ 1}', 'comment', '1:7', { a: 1 }],
  ['\ufeff{}', 'byte-order-mark', '1:1', {}],
] as const)('%j is read on, with a fault: %s', (text, code, place, value) => {
  const { root, faults } = readJson(text);
  expect(root).toEqual({ value });
  const places = faults.map(({ code, position }) => [
    code,
    `${position?.line}:${position?.column}`,
  ]);
  expect(places).toEqual([[code, place]]);
});

/** Where reading ends, why, and what to do. */
test.each([
  ['', '1:1', /empty/, /examples/],
  ['\n \n', '3:1', /empty/, /examples/],
  ['{"a":1', '1:7', /ends before the } of the bracket opened in line 1/, /Close it/],
  ['{"a":1]', '1:7', /comma or } is missing/, /"," or "}"/],
  ['{"a":1}}', '1:8', /follows/, /Take it out/],
  ['{a:1}', '1:2', /key in double quotes/, /"key": value/],
  ['{"a" 1}', '1:6', /colon is missing after "a"/, /Write ":"/],
  ['{"a":}', '1:6', /value is missing/, /Write one/],
  ['{"a":\'b\'}', '1:6', /'b' is no JSON value/, /double quotes: "b"/],
  ['{"a":True}', '1:6', /True is no JSON value/, /"True"/],
  ['{"a":0x76}', '1:6', /hexadecimal/, /Write "0x76" in quotes/],
  ['{"a":01}', '1:6', /01 is no JSON value/, /quotes/],
  ['{"a":"b\n}', '1:6', /not closed in its line/, /double quote/],
  ['{"a":"C:\\temp\\data"}', '1:6', /lone backslash/, /\\\\/],
  ['[1,,2]', '1:4', /value is missing/, /Write one/],
  ['/* never', '1:1', /no JSON value/, /quotes/],
] as const)('%j ends with a fault that says what to do', (text, place, reason, remedy) => {
  const { root, faults } = readJson(text);
  expect(root).toBeNull();
  const [fault] = faults;
  expect(faults).toHaveLength(1);
  expect(fault?.code).toBe('syntax');
  expect(`${fault?.position?.line}:${fault?.position?.column}`).toBe(place);
  expect(fault?.reason).toMatch(reason);
  expect(fault?.remedy).toMatch(remedy);
});

test('brackets without end are a fault, and no crash', () => {
  const { root, faults } = readJson('['.repeat(500_000));
  expect(root).toBeNull();
  expect(faults).toEqual([expect.objectContaining({ reason: expect.stringMatching(/nested/) })]);
});

test('a key named __proto__ is a key like any other', () => {
  const value = readJson('{"__proto__": {"role": "node"}}').root?.value as { role?: string };
  expect(Object.keys(value)).toEqual(['__proto__']);
  expect(value.role).toBeUndefined();
});

test('it knows where everything stands, and what is around what is not there', () => {
  const { position } = readJson('{\n  "a": 1,\n  "b": { "c": [10,\n    20] }\n}');
  expect(position(['a'])).toEqual({ line: 2, column: 3 });
  expect(position(['b', 'c'])).toEqual({ line: 3, column: 10 });
  expect(position(['b', 'c', 1])).toEqual({ line: 4, column: 5 });
  expect(position(['b', 'missing', 'deeper'])).toEqual({ line: 3, column: 3 });
  expect(position([])).toEqual({ line: 1, column: 1 });
});
