import { CENTER } from '../../../protocol/identity.ts';
import type { MessageName } from '../../../protocol/messages.ts';
import { forgeries, HONEST, INSIDER, outdated, playable, study } from './attacker.ts';
import { CENTER_KINDS } from './center.ts';
import { CONFIRM_KINDS, challenge } from './confirming.ts';
import { controlKeyOf, keyIn, sessionsOf, slotOf, uniqueOf, wrapped } from './members.ts';
import { type Content, type Message, numbered } from './messages.ts';
import { NODE_KINDS, request } from './node.ts';
import { PROPERTIES, type Property } from './properties.ts';
import { hear } from './reception.ts';
import type { Rules } from './rules.ts';
import { type Found, type Search, type Step, search } from './search.ts';
import { type Device, Draft, inner, type World } from './world.ts';

const KINDS = { ...NODE_KINDS, ...CONFIRM_KINDS, ...CENTER_KINDS };

/** What may happen how often, beside what the attacker does with what was said. */
export interface Scenario {
  readonly mode: 'direct' | 'indirect';
  /** Session keys that a node asks for: `2>3` times. */
  readonly keys?: Readonly<Record<string, number>>;
  readonly confirms?: Readonly<Record<string, number>>;
  readonly forgeries?: number;
  readonly leaks?: number;
  /** Attempts after a pause, where a chart begins anew without end. */
  readonly attempts?: number;
  /** N1 and N2 hold a confirmed key, and the attacker has recorded how an older one came to be. */
  readonly held?: boolean;
}

/** The key that is held, and the one before it. */
const HELD = slotOf('SK 2.0.2', { requester: 2, epoch: 0, number: 2 });
const OLDER = slotOf('SK 2.0.1', { requester: 2, epoch: 0, number: 1 });

const node = (held: boolean, self: number): Device => {
  const highest = { ...HELD.transaction, unique: uniqueOf(keyIn(HELD)) };
  return {
    store: {
      ...(held && self === 3 && { 'last/2': HELD.transaction.number }),
      ...(held && { [`session/${self === 2 ? 3 : 2}`]: { current: HELD } }),
      ...(held && self === 3 && { 'transaction/2': highest }),
    },
    memory: { association: { node: 1, center: 1 }, epoch: 1 },
    runs: {},
  };
};

/** Delivery and acknowledgements of the older key, under the epochs of then. */
const recordings = (rules: Rules): readonly number[] => {
  const epochs = { node: 0, center: 0 };
  const { requester, epoch, number } = OLDER.transaction;
  const wrap = wrapped(keyIn(OLDER), 3, [CENTER, 3]);
  const at = { epoch: 0, counter: rules.place ? 1 : 0, bound: '' };
  const said = (name: MessageName, node: number, clear: Content, body: Content): Message => ({
    ...{ ...at, name, src: CENTER, dst: node, clear, body },
    key: controlKeyOf(rules, node, epochs, name, 'node'),
  });
  return [
    said('K2.direct', 3, {}, { requester, epoch, number, wrap }),
    said('K4', 2, { re: 1 }, {}),
  ].map(numbered);
};

const beginning = ({ held = false, ...scenario }: Scenario, rules: Rules): World => {
  const members = [...HONEST, INSIDER].map((address) => [
    `member/${address}`,
    { node: 1, center: 1 },
  ]);
  const budget: Record<string, number> = {
    ...{ forgeries: scenario.forgeries ?? 0, leaks: scenario.leaks ?? 0 },
    attempts: scenario.attempts ?? 0,
  };
  for (const [pair, times] of Object.entries(scenario.keys ?? {})) budget[`key ${pair}`] = times;
  for (const [pair, times] of Object.entries(scenario.confirms ?? {}))
    budget[`confirm ${pair}`] = times;
  return {
    devices: {
      [CENTER]: {
        store: Object.fromEntries(members),
        memory: { epoch: 1 },
        runs: {},
      },
      2: node(held, 2),
      3: node(held, 3),
    },
    air: held ? recordings(rules) : [],
    known: [`MK ${INSIDER}`],
    budget,
    facts: held
      ? [HELD, OLDER].flatMap((slot) => {
          const { number } = slot.transaction;
          return ['accepted 3<2', 'made 2>3'].map((what) => `${what} ${keyIn(slot)} 2.0.${number}`);
        })
      : [],
  };
};

/** What devices and operators begin by themselves. */
const initiatives = (world: World, { mode }: Scenario): Step[] => {
  const steps: Step[] = [];
  for (const [what, left] of Object.entries(world.budget)) {
    if (left === 0 || !what.includes(' ')) continue;
    const [verb, pair = ''] = what.split(' ');
    const [self = 0, peer = 0] = pair.split('>').map(Number);
    const runs = world.devices[self]?.runs ?? {};
    const begin = (take: (draft: Draft) => void): void => {
      steps.push({
        label: `${self}: begins to ${what}`,
        take: (draft) => {
          draft.spend(what);
          take(draft);
        },
      });
    };
    const isAsking = Object.values(runs).some(({ kind }) => kind === 'requester');
    if (verb === 'key' && !isAsking) begin((draft) => request(draft, self, peer, mode));
    if (verb === 'confirm' && !(`initiator.${peer}` in runs))
      begin((draft) => {
        if (sessionsOf(draft, self).held(peer).length > 0) challenge(draft, self, peer);
      });
  }
  return steps;
};

/** Everything that may happen next: the attacker hands over, alters, forges or keeps back. */
const steps =
  (scenario: Scenario, rules: Rules) =>
  (world: World): Step[] => {
    const view = new Draft(world, KINDS, rules);
    const found: Step[] = [...initiatives(world, scenario), ...inner(world, KINDS)];
    const deliver = (message: Message, isForged: boolean): void => {
      for (const self of [CENTER, ...HONEST]) {
        if (self === message.src && rules.place) continue;
        const senders = rules.place ? [message.src] : [CENTER, ...HONEST, INSIDER];
        for (const from of message.name === 'ticket' ? [Number(message.body.requester)] : senders) {
          if (from === self || (rules.place && message.dst !== self)) continue;
          const as = from === message.src ? '' : ` as from ${from}`;
          found.push({
            label: `*>${self}: ${message.name} ${JSON.stringify(message.body)}${as}`,
            take: (draft) => {
              if (isForged) draft.spend('forgeries');
              hear(draft, self, message, from);
            },
          });
        }
      }
    };
    for (const message of playable(world, view)) deliver(message, false);
    if ((world.budget.forgeries ?? 0) > 0)
      for (const message of forgeries(world, view)) deliver(message, true);
    if ((world.budget.leaks ?? 0) > 0)
      for (const secret of outdated(world, view))
        found.push({
          label: `*: ${secret} leaks`,
          take: (draft) => {
            draft.spend('leaks');
            draft.learn(secret);
            draft.fact(`leaked ${secret}`);
          },
        });
    return found;
  };

class Studied extends Draft {
  override world(): World {
    study(this);
    return super.world();
  }
}

/** Nothing is under way, but for what this search has no more attempts for. */
const isQuiet = (world: World): boolean =>
  Object.values(world.devices).every(({ runs }) =>
    Object.values(runs).every(
      ({ value }) => value === 'backingOff' && (world.budget.attempts ?? 0) === 0,
    ),
  );

export const exploreMembers = (
  scenario: Scenario,
  options: {
    readonly rules: Rules;
    readonly properties?: readonly Property[];
    readonly most?: number;
    readonly untilBroken?: boolean;
  },
): Found => {
  const { rules, properties = Object.keys(PROPERTIES) as Property[], most = 400_000 } = options;
  const wanted = properties.map((name) => [name, PROPERTIES[name]]);
  const it: Search = {
    start: beginning(scenario, rules),
    steps: steps(scenario, rules),
    draft: (world) => new Studied(world, KINDS, rules),
    properties: Object.fromEntries(wanted),
    ...(!options.untilBroken && { ends: isQuiet }),
    most,
    untilBroken: options.untilBroken ?? false,
  };
  return search(it);
};
