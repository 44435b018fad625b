import { expect, test } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { TiesError } from '../../protocol/errors.ts';
import { Secret } from '../../protocol/secret.ts';
import { plain } from './plain.ts';

const KEY = Uint8Array.from({ length: 32 }, (_, at) => 7 * at + 3);
const HEX = Buffer.from(KEY).toString('hex');

test('what people read stays as it is', () => {
  const event = { type: 'join.offered', from: 1, clear: { epoch: 7 }, ok: true, none: null };
  expect(plain(event)).toEqual(event);
  expect(plain('xstate.done.actor.activateCredential')).toBe(
    'xstate.done.actor.activateCredential',
  );
});

test.each([
  ['a secret', new Secret(KEY), '[Secret]'],
  ['bytes', KEY, '‹32 B›'],
  ['a Buffer', Buffer.from(KEY), '‹32 B›'],
  ['a view of a buffer', new DataView(KEY.buffer), '‹32 B›'],
  ['a list of numbers', [...KEY], '‹32 B›'],
  ['numbers by number', { ...KEY }, '‹32 B›'],
  ['hexadecimal', HEX, '‹64 characters›'],
  ['base64 in words', `key=${Buffer.from(KEY).toString('base64')}`, /^key=‹4\d characters›$/],
  ['base64 of 16 bytes', Buffer.from(KEY.subarray(0, 16)).toString('base64url'), '‹22 characters›'],
  ['a map', new Map([['key', KEY]]), '[Map]'],
  [
    'what has a class',
    new (class Host {
      readonly key = KEY;
    })(),
    '[Host]',
  ],
  ['an actor', createActor(createMachine({})), '[Actor]'],
  ['a foreign error', new Error(HEX), '[Error]'],
  ['an error of ours', new TiesError('TPM_BUSY', 'Wait.'), { code: 'TPM_BUSY', message: 'Wait.' }],
])('%s is named or counted', (_, value, shown) => {
  const inside = plain({ deep: [{ value }] }) as { deep: [{ value: unknown }] };
  for (const each of [plain(value), inside.deep[0].value])
    if (shown instanceof RegExp) expect(each).toMatch(shown);
    else expect(each).toEqual(shown);
  expect(JSON.stringify(inside)).not.toContain(HEX.slice(0, 12));
});

test('nothing grows without end', () => {
  const endless: Record<string, unknown> = {};
  endless.self = endless;
  const wide = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`k${at}`, { at }]));
  const huge = {
    endless,
    wide,
    text: 'word '.repeat(1_000),
    list: new Array(900).fill('x'),
    rows: new Array(40).fill(wide),
  };
  expect(JSON.stringify(plain(huge)).length).toBeLessThan(100_000);
});

test('a getter that throws costs the event its content, and nobody else anything', () => {
  const trap = {
    get field() {
      throw new Error(HEX);
    },
  };
  expect(plain(trap)).toBe('unreadable');
});
