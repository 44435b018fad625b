import { describe, expect, test } from 'vitest';
import { casesOf } from '../../extended.ts';
import { sequenceChart } from '../sequence.ts';
import { ATTACKS, JOIN_ATTACKS } from './attacks.ts';
import { explorePaperJoin } from './paper-join.ts';
import { SCENARIOS } from './part.ts';
import type { Property } from './properties.ts';
import { type Rule, SHIPPED, without } from './rules.ts';
import { exploreMembers } from './scenarios.ts';

const explore = (scenario: string, rules = SHIPPED, properties?: readonly Property[]) =>
  exploreMembers(SCENARIOS[scenario] as (typeof SCENARIOS)[string], {
    ...{ rules, untilBroken: rules !== SHIPPED, most: 5_000 },
    ...(properties && { properties }),
  });

/** `npm run assure` searches them all. */
const SHIPPED_RUNS: readonly (readonly [string, readonly string[]])[] = [
  ['confirms crossing', ['confirmed', 'proven']],
  ['two keys, indirect', ['accepted', 'established']],
];

test.each(casesOf(SHIPPED_RUNS, (_, at) => at === 0))(
  'here every property holds in every state: %s',
  (scenario, reached) => {
    const found = explore(scenario);
    expect(found).toMatchObject({ exhausted: true, breaches: [], deadEnd: null });
    expect([...found.reached]).toEqual(expect.arrayContaining([...reached]));
  },
);

test.each(ATTACKS.map((attack) => [attack.name, attack] as const))(
  'as the paper writes it there is an %s',
  (_, { property, scenario, rules }) => {
    const options = { properties: [property], most: 5_000 };
    const { breaches } = exploreMembers(scenario, { ...options, rules, untilBroken: true });
    expect(breaches.map((breach) => breach.property)).toEqual([property]);
  },
);

test.each(JOIN_ATTACKS.map((attack) => [attack.name, attack] as const))(
  'as the paper writes its join there is an %s',
  (_, { property, rules }) => {
    const { breaches } = explorePaperJoin(property, rules);
    expect(breaches.map((breach) => breach.property)).toEqual([property]);
  },
);

/** What hangs on a rule, or on two that stand behind one another. */
const NEEDED: readonly (readonly [readonly Rule[], string, Property])[] = [
  [['re'], 'two keys, direct', 'N1 takes a key as delivered only if N2 has it'],
  [['transactions'], 'two keys, indirect', 'no key takes the place of a newer one'],
  [['transactions'], 'two keys, indirect', 'no key is taken twice'],
  [['windows', 'derivation'], 'confirms crossing', 'N2 confirms only with N1, alive'],
  [['integrity', 'place', 'policy'], 'two keys, direct', 'secrecy of MK and SK'],
];

test.each(casesOf(NEEDED, ([[rule]]) => rule === 're'))(
  'without %s: %s, and it is not so that %s',
  (rules, scenario, property) => {
    const { breaches } = explore(scenario, without(...rules), [property]);
    expect(breaches.map((breach) => breach.property)).toEqual([property]);
  },
);

describe('a sequence chart', () => {
  test('has an arrow for what is said, and a mark for what is done', () => {
    const chart = sequenceChart(['2>*: K1', '*>1: K1', '1: translator has translate done']);
    const [head = '', said = '', handed = '', done = ''] = chart.split('\n');
    expect(head.trim().split(/\s+/)).toEqual(['CE', 'N1', 'N2', 'attacker']);
    expect(said).toMatch(/│ +│─+▶│ +K1$/);
    expect(handed).toMatch(/│◀─+│ +K1$/);
    expect(done).toMatch(/■ .*translator has translate done$/);
  });
});
