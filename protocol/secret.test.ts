import { format, inspect } from 'node:util';
import { serialize } from 'node:v8';
import { pack } from 'msgpackr';
import pino from 'pino';
import { describe, expect, test } from 'vitest';
import { Secret } from './secret.ts';

const TEXT = 'correct horse battery staple!!!!';
const BYTES = new TextEncoder().encode(TEXT);
const secret = (): Secret => new Secret(BYTES);

/** What a secret would be if it kept its bytes as anything else does. */
class Bare {
  readonly text = TEXT;

  toString(): string {
    return this.text;
  }
}

/** Beginnings of the bytes in every writing that they could be shown in. */
const WRITINGS = [
  'horse',
  Buffer.from(BYTES).toString('hex').slice(0, 8),
  Buffer.from(BYTES).toString('base64').slice(0, 8),
  '63 6f 72 72',
  '99,111,114',
  '99, 111, 114',
  '"0":99',
];
const shows = (text: string): boolean =>
  WRITINGS.some((writing) => text.toLowerCase().includes(writing.toLowerCase()));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

const logged = (value: unknown): string => {
  const lines: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
  log.info(
    { value, list: [value], err: new Error('x', { cause: value }) },
    'with %s and %o',
    `${value}`,
    value as object,
  );
  log.child({ value }).warn(value as object);
  return lines.join();
};

const RENDERINGS: readonly (readonly [string, (value: unknown) => string])[] = [
  ['JSON', (value) => JSON.stringify(value)],
  ['indented JSON, nested', (value) => JSON.stringify({ deep: { list: [value] } }, null, 2)],
  ['String', (value) => String(value)],
  ['a template', (value) => `${value}`],
  ['inspect', (value) => inspect(value, { depth: null })],
  [
    'inspect of what is hidden',
    (value) => inspect(value, { showHidden: true, customInspect: false, depth: null }),
  ],
  ['format', (value) => format('%s %o %O %j %d', value, value, value, value, value)],
  ['an error', (value) => inspect(new Error(`bad ${value}`, { cause: value }))],
  [
    'its own properties',
    (value) => inspect(Object.getOwnPropertyDescriptors(value as object), { depth: null }),
  ],
  [
    'keys, values, entries',
    (value) =>
      format('%j', [
        Object.keys(value as object),
        Object.values(value as object),
        Object.entries(value as object),
      ]),
  ],
  ['a spread', (value) => inspect({ ...(value as object) }, { showHidden: true })],
  ['Object.assign', (value) => inspect(Object.assign({}, value), { showHidden: true })],
  ['a clone', (value) => inspect(structuredClone(value), { showHidden: true, depth: null })],
  ['v8 serialisation', (value) => text(serialize({ value }))],
  ['msgpack', (value) => text(pack({ value }))],
  ['pino', logged],
];

describe('a secret is not to be seen in', () => {
  test.each(RENDERINGS)('%s', (_, render) => {
    expect(shows(render(secret()))).toBe(false);
    expect(shows(render({ secret: secret() }))).toBe(false);
  });

  test.each(RENDERINGS)('%s, which would show what is not one', (_, render) => {
    expect(shows(render(new Bare()))).toBe(true);
  });
});

test('there is nothing in it to list', () => {
  expect(Reflect.ownKeys(secret())).toEqual([]);
});

test('it is said to be one', () => {
  expect(JSON.stringify({ key: secret() })).toBe('{"key":"[secret]"}');
  expect(`${secret()}`).toBe('[secret]');
  expect(inspect([secret()])).toBe('[ [secret] ]');
});

test('it is a copy of the bytes it was made of, until it is wiped', () => {
  const bytes = Uint8Array.of(1, 2, 3);
  const kept = new Secret(bytes);
  bytes.fill(9);
  expect(kept.reveal()).toEqual(Uint8Array.of(1, 2, 3));
  const revealed = kept.reveal();
  kept.wipe();
  expect(kept.reveal()).toEqual(new Uint8Array(3));
  expect(revealed).toEqual(new Uint8Array(3));
});
