import { CENTER } from '../../../protocol/identity.ts';
import { type Message, messageOf } from './messages.ts';
import { PAPER, type Rules } from './rules.ts';
import { type Found, type Step, search } from './search.ts';
import { Draft, type World } from './world.ts';

const NODE = 2;
const MASTER_KEY = `MK ${NODE}`;
const keyOf = (address: number): string => `RK ${address}`;
/** Of the center, of the device and of the attacker: everybody knows them. */
const PUBLIC = [CENTER, NODE, 4].map(keyOf);

/** E(MK, RK): nothing says who speaks, nor whose the key is. */
const said = (src: number, dst: number): Message => ({
  ...{ name: src === NODE ? 'J3' : 'J4', src, dst, epoch: 0, counter: 0, bound: '' },
  ...{ clear: {}, body: { storageKey: keyOf(src) } },
  key: { id: MASTER_KEY, needs: [MASTER_KEY] },
});

/** The center takes the key of the device, and tells its own; the device waits for that. */
const hear = (draft: Draft, self: number, storageKey: string): void => {
  if (self === CENTER) {
    if (draft.stored(CENTER, 'admitted') !== undefined) draft.fact(`twice ${NODE}`);
    draft.write(CENTER, { admitted: storageKey });
    draft.fact(`admitted ${storageKey}`);
    draft.log.push(`${CENTER}: takes ${storageKey} for that of the device`);
    draft.send(said(CENTER, NODE));
  } else if (draft.memory(NODE, 'joining')) {
    draft.remember(NODE, { joining: false });
    draft.write(NODE, { adopted: storageKey });
    draft.fact(`adopted ${storageKey}`);
    draft.log.push(`${NODE}: takes ${storageKey} for that of the center`);
  }
};

const BEGINNING: World = {
  devices: {
    [CENTER]: { store: {}, memory: {}, runs: {} },
    [NODE]: { store: {}, memory: {}, runs: {} },
  },
  ...{ air: [], known: [], budget: { join: 1, photo: 1 }, facts: [] },
};

/** Who knows what stands in E(MK, RK) puts another key there by flipping bits. */
const steps =
  (rules: Rules) =>
  (world: World): readonly Step[] => {
    const found: Step[] = [];
    if ((world.budget.join ?? 0) > 0)
      found.push({
        label: `${NODE}: begins to join`,
        take: (draft) => {
          draft.spend('join');
          draft.remember(NODE, { joining: true });
          draft.send(said(NODE, CENTER));
        },
      });
    if (world.facts.includes(`adopted ${keyOf(CENTER)}`) && (world.budget.photo ?? 0) > 0)
      found.push({
        label: '*: photographs the label, of which MK is made',
        take: (draft) => {
          draft.spend('photo');
          draft.learn(MASTER_KEY);
        },
      });
    for (const { body } of world.air.map(messageOf))
      for (const self of [CENTER, NODE])
        for (const key of rules.integrity ? [String(body.storageKey)] : PUBLIC)
          found.push({
            label: `*>${self}: E(MK, ${key})`,
            take: (draft) => hear(draft, self, key),
          });
    return found;
  };

const another =
  (kind: string, right: string) =>
  ({ facts }: World): string | null =>
    facts.find((fact) => fact.startsWith(`${kind} `) && fact !== `${kind} ${right}`) ?? null;

/** What does not hold of the paper's join (Figure 4). */
export const JOIN_PROPERTIES = {
  'the center has the key of the device': another('admitted', keyOf(NODE)),
  'the device has the key of the center': another('adopted', keyOf(CENTER)),
  'a join is worked for once': another('twice', ''),
  'MK stays secret when the label is no longer of use': ({ known }: World): string | null =>
    known.includes(MASTER_KEY) ? `the attacker has ${MASTER_KEY}` : null,
} as const satisfies Record<string, (world: World) => string | null>;

export type JoinProperty = keyof typeof JOIN_PROPERTIES;

export const explorePaperJoin = (property: JoinProperty, rules: Rules = PAPER): Found =>
  search({
    ...{ start: BEGINNING, steps: steps(rules), most: 1_000, untilBroken: true },
    draft: (world) => new Draft(world, {}, rules),
    properties: { [property]: JOIN_PROPERTIES[property] },
  });
