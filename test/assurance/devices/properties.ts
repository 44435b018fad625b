import type { Fact } from './facts.ts';
import { aboutOf, type History } from './histories.ts';

/** What is wrong with a fact that is new, given all that is known; null if nothing is. */
type Check = (fact: Fact, network: readonly History[]) => string | null;

const HONEST = ['2', '3'];
/** What he makes he says himself. */
const INSIDER = 4;
const HONEST_NAMES = ['N1', 'N2', 'N3'];

const isKnown = (network: readonly History[], fact: Fact): boolean =>
  network.some(({ facts }) => facts.has(fact));

/** A `claim` between honest ends in which the other end has a part. */
const matched =
  (claim: string, counterpart: string): Check =>
  (fact, network) => {
    const [kind, about = '', ...rest] = fact.split(' ');
    const [, a = '', sign, b = ''] = /^(\d+)([<>])(\d+)$/.exec(about) ?? [];
    if (kind !== claim || !HONEST.includes(a) || !HONEST.includes(b)) return null;
    const other = [counterpart, `${b}${sign === '<' ? '>' : '<'}${a}`, ...rest].join(' ');
    return isKnown(network, other) ? null : `${fact}, and the other has not ${counterpart}`;
  };

const none =
  (kind: string): Check =>
  (fact) =>
    fact.startsWith(`${kind} `) ? fact : null;

/** Facts of one kind about the same thing say the same of it. */
const agreeing =
  (kind: string): Check =>
  (fact, network) => {
    const [what, about = '', text = ''] = fact.split(' ');
    if (what !== kind) return null;
    const others = network.map((history) => aboutOf(history).get(`${kind} ${about}`));
    const other = others.flat().find((said) => said !== undefined && said !== text);
    return other === undefined ? null : `${kind} ${about}: ${text} and ${other}`;
  };

/** A `claim` is one that its source has written down. */
const written =
  (claim: string, source: string, isOfOne: boolean): Check =>
  (fact, network) => {
    const [what, about = '', text = ''] = fact.split(' ');
    if (what !== claim) return null;
    return isKnown(network, [source, ...(isOfOne ? [about] : []), text].join(' ')) ? null : fact;
  };

/** What must hold in every state, whatever the attacker does. */
export const PROPERTIES = {
  "N2 takes a key as N1's only if N1 made it for N2": matched('accepted', 'made'),
  'N1 takes a key as delivered only if N2 has it': matched('established', 'accepted'),
  'N1 confirms only with N2, alive': matched('confirmed', 'answered'),
  'N2 confirms only with N1, alive': matched('proven', 'confirmed'),
  'a session key reaches nobody but whom it was made for': (fact, network) => {
    const [kind, about = '', key = ''] = fact.split(' ');
    const [to, from] = about.split('<');
    if (kind !== 'delivered' || from === String(INSIDER)) return null;
    const isMade = network.some(({ facts }) =>
      [...facts].some((other) => other.startsWith(`made ${from}>${to} ${key} `)),
    );
    return isMade ? null : `${fact}, and ${from} has not made it for ${to}`;
  },
  'no key is taken twice': none('twice'),
  'no request is worked for twice': none('again'),
  'no key takes the place of a newer one': none('downgraded'),
  'who is off the list gets nothing': none('served'),
  'who is off the list is held no key for': none('holds'),
  'every list is one that the center signed': written('lists', 'published', false),
  'no list takes the place of a newer one': none('forgot'),
  'a rejoin agrees on the epochs of both': written('rejoined', 'recorded', true),
  'no epoch of a member takes the place of a newer one': none('rewound'),
  'no reading is taken twice': none('reread'),
  'a device joins only the center that has its label': (fact, network) => {
    const [kind, who, root = ''] = fact.split(' ');
    if (kind !== 'adopted' || who === 'thief') return null;
    return isKnown(network, `granted CE ${root}`) ? null : `${fact}, not of the center`;
  },
  'the center admits only the device of the label': (fact, network) => {
    const [kind, who, root = ''] = fact.split(' ');
    if (kind === 'adopted' && who === 'thief')
      return isKnown(network, `granted CE ${root}`) ? fact : null;
    if (kind !== 'admitted' || who !== 'CE') return null;
    const isOfDevice = HONEST_NAMES.some((name) => isKnown(network, `adopted ${name} ${root}`));
    return isOfDevice ? null : `${fact}, and no device has that key`;
  },
  'an access key serves once': none('late'),
  'a device has one address': agreeing('address'),
  'no nonce is used twice under a key': agreeing('nonce'),
  'a key has one purpose and one speaker': agreeing('speaks'),
} as const satisfies Record<string, Check>;

export type Property = keyof typeof PROPERTIES;
