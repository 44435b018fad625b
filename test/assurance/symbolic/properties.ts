import { HONEST } from './attacker.ts';
import type { World } from './world.ts';

const isHonest = (address: string): boolean => HONEST.some((node) => String(node) === address);

/** Facts of one kind between two honest nodes: `kind a>b rest`, or `kind b<a rest`. */
const between = (world: World, kind: string) =>
  world.facts.flatMap((fact) => {
    const [, a = '', sign = '', b = '', rest = ''] =
      /^\S+ (\d+)([<>])(\d+) (.*)$/.exec(fact.startsWith(`${kind} `) ? fact : '') ?? [];
    return isHonest(a) && isHonest(b) ? [{ a, b, sign, rest }] : [];
  });

/** The first `claim` of one end that the other end has no part in. */
const unmatched = (world: World, claim: string, counterpart: string): string | null => {
  const others = between(world, counterpart).map(({ a, b, rest }) => `${b} ${a} ${rest}`);
  const alone = between(world, claim).find(
    ({ a, b, rest }) => !others.includes(`${a} ${b} ${rest}`),
  );
  return alone === undefined
    ? null
    : `${alone.a} has ${claim} ${alone.rest} with ${alone.b}, who has not ${counterpart}`;
};

const first = (world: World, kind: string): string | null =>
  world.facts.find((fact) => fact.startsWith(`${kind} `)) ?? null;

/** What must hold in every state, whatever the attacker does. */
export const PROPERTIES = {
  'secrecy of MK and SK': (world: World): string | null => {
    const leaked = world.facts.filter((fact) => fact.startsWith('leaked '));
    const made = between(world, 'made').map(({ rest }) => rest.split(' ').slice(0, 2).join(' '));
    const open = [...made, ...HONEST.map((node) => `MK ${node}`)].find(
      (secret) => world.known.includes(secret) && !leaked.includes(`leaked ${secret}`),
    );
    return open === undefined ? null : `the attacker has ${open}`;
  },
  "N2 takes a key as N1's only if N1 made it for N2": (world: World): string | null =>
    unmatched(world, 'accepted', 'made'),
  'N1 takes a key as delivered only if N2 has it': (world: World): string | null =>
    unmatched(world, 'established', 'accepted'),
  'N1 confirms only with N2, alive': (world: World): string | null =>
    unmatched(world, 'confirmed', 'answered'),
  'N2 confirms only with N1, alive': (world: World): string | null =>
    unmatched(world, 'proven', 'confirmed'),
  'no key is taken twice': (world: World): string | null => first(world, 'twice'),
  'no key takes the place of a newer one': (world: World): string | null =>
    first(world, 'downgraded'),
} as const satisfies Record<string, (world: World) => string | null>;

export type Property = keyof typeof PROPERTIES;
