import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bodyArbitrary } from '../test/protocol/arbitrary.ts';
import { encodeBody } from './body.ts';
import type { Fields } from './fields.ts';
import {
  MESSAGE_NAMES,
  MESSAGES,
  type MessageName,
  messageById,
  PURPOSES,
  specOf,
} from './messages.ts';
import { tagBytes } from './packet.ts';

const specs = MESSAGE_NAMES.map((name) => [name, specOf(name)] as const);

/** The table in brief: what speaks, to whom, under which key, with how long a tag. */
const IN_BRIEF: Readonly<Record<MessageName, string>> = {
  J1: 'node→center join 16',
  J2: 'center→node join 16 J1',
  J3: 'node→center join 16',
  J4: 'center→node join 16 SHA-256(J1 ‖ J2 ‖ J3)',
  J5: 'node→center control 16',
  ack: 'any control 16',
  refuse: 'any control 16',
  'peer.query': 'node→center control 16',
  'peer.info': 'center→node control 16',
  K1: 'node→center control 16',
  'K2.direct': 'center→node control 16',
  'K2.indirect': 'center→node control 16',
  ticket: 'node→node ticket 16',
  'K3.direct': 'node→center control 16',
  'K3.indirect': 'node→node ack 16 SHA-256(ticket)',
  K4: 'center→node control 16',
  C1: 'node→node confirm 8',
  C2: 'node→node confirm 8 SHA-256(C1)',
  'roster.delta': 'center→all signature 64 netId, h_v',
  'roster.page': 'center→node signature 64 netId',
  'roster.get': 'node→center control 16',
  R0: 'center→node rejoin 16',
  R1: 'node→center rejoin 16',
  R2: 'center→node rejoin 16 SHA-256(R1)',
  leave: 'node→center control 16',
  revoke: 'center→node control 16',
  data: 'any data 8',
  'R0.all': 'center→all signature 64 netId',
};

test('every message is there, and says what protects it', () => {
  const brief = Object.fromEntries(
    specs.map(([name, { direction, protection, bound }]) => {
      const under = protection.kind === 'aead' ? protection.purpose : 'signature';
      return [name, [direction, under, tagBytes(name), bound].filter(Boolean).join(' ')];
    }),
  );
  expect(brief).toEqual(IN_BRIEF);
});

test('every message has an id of its own, from 1 up, within 6 bits', () => {
  const ids = specs.map(([, { id }]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.every((id) => Number.isInteger(id) && id >= 1 && id < 64)).toBe(true);
  for (const name of MESSAGE_NAMES) expect(messageById(specOf(name).id)).toBe(name);
  for (const id of [0, 29, 63, 64, -1, 1.5, Number.NaN]) expect(messageById(id)).toBeNull();
});

test('every message is a dotted fact; only the two acknowledgements of a delivery share one', () => {
  const facts = specs.map(([, { fact }]) => fact);
  for (const fact of facts) expect(fact).toMatch(/^[a-z]+\.[a-z]+[A-Z]?[a-zA-Z]*$/);
  const shared = facts.filter((fact, index) => facts.indexOf(fact) !== index);
  expect(shared).toEqual(['delivery.acknowledged']);
  expect(MESSAGES['K3.direct'].fact).toBe(MESSAGES['K3.indirect'].fact);
});

test('every message says where it comes from', () => {
  for (const [name, { source }] of specs) expect(source, name).toMatch(/^(paper|ours)/);
});

describe('fields', () => {
  test('in the clear have a layout: unsigned integers and bytes', () => {
    for (const [name, { clear }] of specs)
      for (const [key, { kind }] of Object.entries(clear))
        expect(['uint', 'bytes'], `${name}.${key}`).toContain(kind);
  });

  test('have names of their own within a message', () => {
    for (const [name, { clear, body }] of specs) {
      const names = [...Object.keys(clear), ...(body === 'raw' ? [] : Object.keys(body))];
      expect(new Set(names).size, name).toBe(names.length);
    }
  });

  test('allow something, and lists are flat', () => {
    const check = (fields: Fields, depth: number): void => {
      for (const field of Object.values(fields))
        if (field.kind === 'uint') {
          expect(field.min).toBeGreaterThanOrEqual(0);
          expect(field.max).toBeGreaterThanOrEqual(field.min);
          expect(field.max).toBeLessThan(2 ** (8 * field.width));
        } else if (field.kind === 'bytes') expect(field.lengths.length).toBeGreaterThan(0);
        else if (field.kind === 'choice') expect(new Set(field.words).size).toBeGreaterThan(1);
        else {
          expect(depth).toBe(0);
          check(field.of, depth + 1);
        }
    };
    for (const [, { clear, body }] of specs) {
      check(clear, 0);
      if (body !== 'raw') check(body, 0);
    }
  });
});

test('a key of each purpose protects something, and none is 0', () => {
  const used = specs.flatMap(([, { protection }]) =>
    protection.kind === 'aead' ? [protection.purpose] : [],
  );
  expect(new Set(used)).toEqual(new Set([...Object.keys(PURPOSES), 'join']));
  expect(new Set(Object.values(PURPOSES)).size).toBe(Object.keys(PURPOSES).length);
});

test('only the Central Entity signs, and signed messages are in the clear', () => {
  const signed = specs.filter(([, { protection }]) => protection.kind === 'signature');
  expect(signed.map(([name]) => name)).toEqual(['roster.delta', 'roster.page', 'R0.all']);
  for (const [, { direction }] of signed) expect(direction).toMatch(/^center→/);
});

test('an answer names the counter of its request, wherever the answer’s tag is not bound to it', () => {
  const answers = ['ack', 'refuse', 'peer.info', 'K2.indirect', 'K3.direct', 'K4'] as const;
  for (const name of answers) expect(Object.keys(specOf(name).clear)[0], name).toBe('re');
});

test('every ticket has one of the lengths that K2 may carry, from shortest to longest', () => {
  const { lengths } = MESSAGES['K2.indirect'].clear.ticket;
  const ticketOf = (body: object): number => 6 + encodeBody('ticket', { ...body }).length + 16;
  for (const body of fc.sample(bodyArbitrary('ticket'), 100))
    expect(lengths).toContain(ticketOf(body));
  for (const wrapBytes of [205, 428]) {
    const wrap = new Uint8Array(wrapBytes);
    const shortest = ticketOf({ requester: 2, epoch: 0, number: 0, wrap });
    const longest = ticketOf({ requester: 65_279, epoch: 2 ** 32 - 1, number: 2 ** 32 - 1, wrap });
    expect(lengths).toContain(shortest);
    expect(lengths).toContain(longest);
    expect(lengths).not.toContain(shortest - 1);
    expect(lengths).not.toContain(longest + 1);
  }
});
