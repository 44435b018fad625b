import type { Property as DeviceProperty } from '../devices/properties.ts';
import type { JoinProperty } from './paper-join.ts';
import type { Property } from './properties.ts';
import { PAPER, type Rules } from './rules.ts';
import type { Scenario } from './scenarios.ts';

/** An attack on the paper's version that the search has to find, and may not find here. */
export interface Attack {
  readonly name: string;
  readonly property: Property;
  readonly scenario: Scenario;
  /** How much of the paper's version it needs: less than all shows that nothing else is to blame. */
  readonly rules: Rules;
}

/** With a cipher that nobody can alter a message of: what still is missing is freshness and names. */
const WITH_INTEGRITY: Rules = { ...PAPER, integrity: true };

export const ATTACKS: readonly Attack[] = [
  {
    name: 'attack: a request is turned to an insider by flipped bits',
    property: 'secrecy of MK and SK',
    scenario: { mode: 'direct', keys: { '2>3': 1 } },
    rules: PAPER,
  },
  {
    name: 'attack: a key made for an insider is turned to another',
    property: "N2 takes a key as N1's only if N1 made it for N2",
    scenario: { mode: 'direct', keys: { '2>4': 1 } },
    rules: PAPER,
  },
  {
    name: 'attack: an old acknowledgement stands for a new one',
    property: 'N1 takes a key as delivered only if N2 has it',
    scenario: { mode: 'direct', held: true, keys: { '2>3': 1 } },
    rules: WITH_INTEGRITY,
  },
  {
    name: 'attack: ID + 1 is made of ID by flipped bits',
    property: 'N1 confirms only with N2, alive',
    scenario: { mode: 'direct', held: true, confirms: { '2>3': 1 } },
    rules: { ...PAPER, crossing: true },
  },
  {
    name: 'attack: the own challenge is reflected',
    property: 'N1 confirms only with N2, alive',
    scenario: { mode: 'direct', held: true, confirms: { '2>3': 1 } },
    rules: WITH_INTEGRITY,
  },
  {
    name: 'attack: an old delivery is replayed',
    property: 'no key is taken twice',
    scenario: { mode: 'direct', held: true },
    rules: WITH_INTEGRITY,
  },
  {
    name: 'attack: a leaked key is brought back (Denning and Sacco)',
    property: 'no key takes the place of a newer one',
    scenario: { mode: 'direct', held: true, leaks: 1 },
    rules: WITH_INTEGRITY,
  },
];

/** An attack on the paper's join, and what the shipped devices are searched for in its place. */
export interface JoinAttack {
  readonly name: string;
  readonly property: JoinProperty;
  readonly rules: Rules;
  readonly scenario: string;
  readonly here: DeviceProperty;
}

export const JOIN_ATTACKS: readonly JoinAttack[] = [
  {
    name: 'attack: a key takes the place of that of a joining device by flipped bits',
    property: 'the center has the key of the device',
    rules: PAPER,
    scenario: 'join',
    here: 'the center admits only the device of the label',
  },
  {
    name: 'attack: what a joining device says is reflected to it',
    property: 'the device has the key of the center',
    rules: WITH_INTEGRITY,
    scenario: 'join',
    here: 'a device joins only the center that has its label',
  },
  {
    name: 'attack: a join is replayed',
    property: 'a join is worked for once',
    rules: WITH_INTEGRITY,
    scenario: 'join, the CE restarts',
    here: 'no request is worked for twice',
  },
  {
    name: 'attack: a label is photographed after the join',
    property: 'MK stays secret when the label is no longer of use',
    rules: WITH_INTEGRITY,
    scenario: 'join, thief with the key of the device',
    here: 'the center admits only the device of the label',
  },
];
