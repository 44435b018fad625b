import {
  SCENARIOS as DEVICES,
  exploreDevices,
  type Scenario as OfDevices,
} from '../devices/scenarios.ts';
import { type Row, timed, timedAsync, verdict } from '../row.ts';
import { ATTACKS, JOIN_ATTACKS } from './attacks.ts';
import { explorePaperJoin } from './paper-join.ts';
import { PROPERTIES, type Property } from './properties.ts';
import { PAPER, SHIPPED } from './rules.ts';
import { exploreMembers, type Scenario } from './scenarios.ts';

/** Bounded runs of the network, each searched to its end. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'two keys, direct': { mode: 'direct', keys: { '2>3': 2 } },
  'two keys, indirect': { mode: 'indirect', keys: { '2>3': 2 } },
  'keys crossing, direct': { mode: 'direct', keys: { '2>3': 1, '3>2': 1 } },
  'keys crossing, indirect': { mode: 'indirect', keys: { '2>3': 1, '3>2': 1 } },
  'an insider asks too, direct': { mode: 'direct', keys: { '2>3': 1 }, forgeries: 1 },
  'a key for an insider, indirect': { mode: 'indirect', keys: { '2>4': 1 }, forgeries: 1 },
  'an old key leaks': { mode: 'indirect', held: true, keys: { '2>3': 1 }, leaks: 1 },
  'confirms crossing': { mode: 'direct', held: true, confirms: { '2>3': 1, '3>2': 1 } },
  'rekey, direct': { mode: 'direct', held: true, keys: { '2>3': 1 }, confirms: { '2>3': 1 } },
  'rekey, indirect': { mode: 'indirect', held: true, keys: { '2>3': 1 }, confirms: { '2>3': 1 } },
};

const MOST = 100_000;
/** How far the paper's version is looked into: its messages repeat without end. */
const MOST_OF_PAPER = 20_000;
const TOOL = 'explorer';

/** What must have happened somewhere for a property to say anything. */
const WITNESS: Readonly<Record<Property, string>> = {
  'secrecy of MK and SK': 'made',
  "N2 takes a key as N1's only if N1 made it for N2": 'accepted',
  'N1 takes a key as delivered only if N2 has it': 'established',
  'N1 confirms only with N2, alive': 'confirmed',
  'N2 confirms only with N1, alive': 'proven',
  'no key is taken twice': 'accepted',
  'no key takes the place of a newer one': 'accepted',
};

/** The paper's version of a property; where its own attack shows it, that. */
const paperOf = (property: Property): Row['paper'] => {
  const attack = ATTACKS.find((one) => one.property === property);
  const confirms = { mode: 'direct', held: true, confirms: { '3>2': 1 } } as const;
  const { scenario, rules } = attack ?? { scenario: confirms, rules: PAPER };
  const options = { rules, properties: [property], most: MOST_OF_PAPER, untilBroken: true };
  return verdict(exploreMembers(scenario, options).breaches.length > 0);
};

/** The properties in every scenario, then the paper's attacks. */
export const exploration = async (
  scenarios: Readonly<Record<string, Scenario>> = SCENARIOS,
): Promise<readonly Row[]> => {
  const searches = Object.entries(scenarios).map(([name, scenario]) => {
    const { value, ms } = timed(() => exploreMembers(scenario, { rules: SHIPPED, most: MOST }));
    if (!value.exhausted) throw new Error(`"${name}" has more than ${MOST} states.`);
    return { name, ms, ...value };
  });
  const sum = (of: readonly { readonly states: number }[]): number =>
    of.reduce((total, { states }) => total + states, 0);
  const properties = (Object.keys(PROPERTIES) as Property[]).map((property): Row => {
    const about = searches.filter(({ reached }) => reached.has(WITNESS[property]));
    const breach = about.flatMap(({ breaches }) =>
      breaches.filter((found) => found.property === property),
    )[0];
    return {
      ...{ property, tool: TOOL, scope: `${about.length} scenarios`, states: sum(about) },
      ours: verdict(breach !== undefined || about.length === 0),
      paper: paperOf(property),
      ms: about.reduce((total, { ms }) => total + ms, 0),
      ...(breach && { shown: { ours: breach.steps } }),
    };
  });
  const deadEnd = searches.find((found) => found.deadEnd !== null);
  const progress: Row = {
    ...{ property: 'nothing waits for ever while messages arrive', tool: TOOL },
    ...{ scope: `${searches.length} scenarios`, states: sum(searches), paper: '–' },
    ours: verdict(deadEnd !== undefined),
    ms: searches.reduce((total, { ms }) => total + ms, 0),
    ...(deadEnd?.deadEnd && { shown: { ours: deadEnd.deadEnd } }),
  };
  return [...properties, progress, ...attacks(), ...(await joinAttacks())];
};

const attacks = (): readonly Row[] =>
  ATTACKS.map(({ name, property, scenario, rules }) => {
    const options = { properties: [property], most: MOST_OF_PAPER };
    const { value, ms } = timed(() => ({
      ours: exploreMembers(scenario, { ...options, rules: SHIPPED }),
      paper: exploreMembers(scenario, { ...options, rules, untilBroken: true }),
    }));
    const [breach] = value.paper.breaches;
    return {
      ...{ property: name, tool: TOOL, scope: 'until it is found', ms },
      ours: verdict(value.ours.breaches.length > 0 || !value.ours.exhausted),
      paper: verdict(breach !== undefined),
      states: value.ours.states + value.paper.states,
      ...(breach && { shown: { paper: breach.steps } }),
    };
  });

/** Those on the join, which only the shipped devices themselves have here; one search at a time. */
const joinAttacks = async (): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const { name, property, rules, scenario, here } of JOIN_ATTACKS) {
    const { value, ms } = await timedAsync(async () => ({
      ours: await exploreDevices(DEVICES[scenario] as OfDevices, { properties: [here] }),
      paper: explorePaperJoin(property, rules),
    }));
    const [breach] = value.paper.breaches;
    rows.push({
      ...{ property: name, tool: TOOL, scope: 'until it is found', ms },
      ours: verdict(value.ours.breaches.length > 0 || !value.ours.exhausted),
      paper: verdict(breach !== undefined),
      states: value.ours.states + value.paper.states,
      ...(breach && { shown: { paper: breach.steps } }),
    });
  }
  return rows;
};
