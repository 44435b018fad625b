import { expect, test } from 'vitest';
import { type Bounds, explorePair, type Rule, type Rules, shipped } from './two-nodes.ts';

const CROSSING: Bounds = { keys: { 2: 1, 3: 0 }, confirms: { 2: 1, 3: 1 }, crashes: 0 };
const BOTH_WAYS: Bounds = { keys: { 2: 1, 3: 1 }, confirms: { 2: 1, 3: 0 }, crashes: 1 };
const ONE_AFTER_ANOTHER: Bounds = { keys: { 2: 2, 3: 0 }, confirms: { 2: 2, 3: 0 }, crashes: 0 };
const TWICE: Bounds = { keys: { 2: 2, 3: 0 }, confirms: { 2: 1, 3: 0 }, crashes: 1 };

test.each([
  ['a new key while two confirms cross', CROSSING],
  ['keys made in both directions, a confirm and a crash', BOTH_WAYS],
  ['two keys one after the other, a confirm and a crash', TWICE],
])('whatever is lost or late, two nodes hold a key in common: %s', (_, bounds) => {
  const { situations, deadEnds } = explorePair(bounds);
  expect(situations).toBeGreaterThan(2_000);
  expect(deadEnds).toEqual([]);
});

/** The shipped rules, but that these keep no key beside the one they promote. */
const forgetting =
  (...rules: readonly Rule[]): Rules =>
  (held, rule, key, as) => {
    const { previous, ...rest } = shipped(held, rule, key, as);
    return previous === undefined || rules.includes(rule) ? rest : { ...rest, previous };
  };

test.each([
  ['whoever promotes', forgetting('promote', 'promoteAnswered'), BOTH_WAYS],
  ['who answered a challenge', forgetting('promoteAnswered'), CROSSING],
  ['who was answered, though both then hold the new one', forgetting('promote'), ONE_AFTER_ANOTHER],
] as const)('without the key before the current, %s may be left with none', (_, rules, bounds) => {
  expect(explorePair(bounds, rules, 1).deadEnds).not.toEqual([]);
});
