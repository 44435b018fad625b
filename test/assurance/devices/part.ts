import { type Row, timedAsync, verdict } from '../row.ts';
import { BREAKS, PROGRESS } from './breaks.ts';
import { exploreBroken } from './broken.ts';
import { PROPERTIES, type Property } from './properties.ts';
import { exploreDevices, SCENARIOS, type Scenario } from './scenarios.ts';
import type { Found } from './search.ts';

const TOOL = 'devices';
const MOST = 2_500;

/** What must have happened somewhere for a property to say anything. */
const WITNESS: Readonly<Record<Property, readonly string[]>> = {
  "N2 takes a key as N1's only if N1 made it for N2": ['accepted'],
  'N1 takes a key as delivered only if N2 has it': ['established'],
  'N1 confirms only with N2, alive': ['confirmed'],
  'N2 confirms only with N1, alive': ['proven'],
  'a session key reaches nobody but whom it was made for': ['delivered'],
  'no key is taken twice': ['imported'],
  'no request is worked for twice': ['translated', 'offered', 'responded'],
  'no key takes the place of a newer one': ['accepted'],
  'who is off the list gets nothing': ['dismissed'],
  'who is off the list is held no key for': ['dismissed'],
  'every list is one that the center signed': ['lists'],
  'no list takes the place of a newer one': ['lists'],
  'a rejoin agrees on the epochs of both': ['rejoined'],
  'no epoch of a member takes the place of a newer one': ['recorded'],
  'no reading is taken twice': ['read'],
  'a device joins only the center that has its label': ['adopted'],
  'the center admits only the device of the label': ['admitted'],
  'an access key serves once': ['granted'],
  'a device has one address': ['address'],
  'no nonce is used twice under a key': ['nonce'],
  'a key has one purpose and one speaker': ['speaks'],
};

/** What TIES does not protect: that it is found shows that it would be found elsewhere. */
const CAPTURE: Property = 'a device joins only the center that has its label';
const FALSE_CENTER = 'join, false center';

const nameOf = (property: string): string => `devices: ${property}`;

/** Names of the rows, in their order. */
export const DEVICE_CLAIMS: readonly string[] = [
  ...Object.keys(PROPERTIES),
  PROGRESS,
  'a center that has the label of a device does not capture it',
  'a break of the shipped code is found',
].map(nameOf);

interface Searched extends Found {
  readonly name: string;
  readonly ms: number;
}

const searched = async (name: string, scenario: Scenario): Promise<Searched> => {
  const isCaptured = name === FALSE_CENTER;
  const all = Object.keys(PROPERTIES) as Property[];
  const properties = isCaptured ? all.filter((property) => property !== CAPTURE) : all;
  const { value, ms } = await timedAsync(() =>
    exploreDevices(scenario, { properties, most: MOST }),
  );
  if (!value.exhausted) throw new Error(`"${name}" has more than ${MOST} states.`);
  return { name, ms, ...value };
};

const rowOf = (
  property: string,
  about: readonly Searched[],
  shown: readonly string[] | null | undefined,
): Row => ({
  ...{ property: nameOf(property), tool: TOOL, scope: `${about.length} scenarios`, paper: '–' },
  states: about.reduce((sum, { states }) => sum + states, 0),
  ms: about.reduce((sum, { ms }) => sum + ms, 0),
  ours: verdict((shown ?? null) !== null || about.length === 0),
  ...(shown && { shown: { ours: shown } }),
});

/** The shipped devices under every scenario. */
export const deviceExploration = async (): Promise<readonly Row[]> => {
  const all: Searched[] = [];
  for (const [name, scenario] of Object.entries(SCENARIOS))
    all.push(await searched(name, scenario));
  const properties = (Object.keys(PROPERTIES) as Property[]).map((property) => {
    const about = all.filter(({ reached }) =>
      WITNESS[property].some((witness) => reached.has(witness)),
    );
    const breach = about
      .flatMap(({ breaches }) => breaches)
      .find((found) => found.property === property);
    return rowOf(property, about, breach?.steps);
  });
  const dead = all.find(({ deadEnd }) => deadEnd !== null)?.deadEnd;
  return [...properties, rowOf(PROGRESS, all, dead), await capture()];
};

const capture = async (): Promise<Row> => {
  const scenario = SCENARIOS[FALSE_CENTER] as Scenario;
  const options = { properties: [CAPTURE], most: MOST, untilBroken: true };
  const { value, ms } = await timedAsync(() => exploreDevices(scenario, options));
  const property = 'a center that has the label of a device does not capture it';
  return rowOf(property, [{ name: FALSE_CENTER, ms, ...value }], value.breaches[0]?.steps);
};

/** What is found of the shipped devices when they are broken on purpose. */
export const deviceBreaks = async (): Promise<readonly Row[]> => {
  const { value, ms } = await timedAsync(async () => {
    const found: Found[] = [];
    for (const one of BREAKS) found.push(await exploreBroken(one, MOST));
    return found;
  });
  const missed = BREAKS.filter((_, at) => {
    const { breaches, deadEnd } = value[at] as Found;
    return breaches.length === 0 && deadEnd === null;
  });
  for (const { what } of missed) console.error(`not found: ${what}`);
  const row: Row = {
    ...{ property: nameOf('a break of the shipped code is found'), tool: TOOL, ms, paper: '–' },
    ...{ scope: `${BREAKS.length} breaks`, ours: verdict(missed.length > 0) },
    states: value.reduce((sum, { states }) => sum + states, 0),
  };
  return [row];
};
