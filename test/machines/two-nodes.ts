import { Sessions, type Slot, type Slots } from '../../actors/node/sessions.ts';
import { memoryStore } from '../../actors/store.ts';

/** A session key by who made it and its number, `2.1`. */
type Key = string;
export type Held = { [Name in keyof Slots]?: Key };
type Id = 2 | 3;

/** One of two nodes, as far as the keys it holds for the other go. */
interface Side {
  readonly held: Held;
  /** n of the last key it made, and of the one whose acknowledgement it waits for. */
  readonly made: number;
  readonly awaited: number | null;
  /** Highest n that the other has delivered. */
  readonly delivered: number;
  readonly confirms: number;
  /** Its own challenge: under which keys it may still be said and was, and the one agreed on. */
  readonly challenge: {
    readonly left: readonly Key[];
    readonly said: readonly Key[];
    readonly agreed: Key | null;
  } | null;
  /** Challenges of the other that are being answered; one that is superseded stays unanswered. */
  readonly answers: readonly { readonly key: Key; readonly id: number; readonly mute: boolean }[];
  /** Highest challenge answered, by key. */
  readonly floors: Readonly<Record<Key, number>>;
}

/** A message that may arrive at any time, or never. */
interface Message {
  readonly kind: 'delivery' | 'acknowledgement' | 'C1' | 'C2';
  readonly to: Id;
  readonly key: Key;
  readonly id: number;
}

interface Situation {
  readonly sides: Readonly<Record<Id, Side>>;
  readonly air: readonly Message[];
  readonly crashes: number;
}

/** How much happens at the most: keys made and confirms begun by each, and crashes in all. */
export interface Bounds {
  readonly keys: Readonly<Record<Id, number>>;
  readonly confirms: Readonly<Record<Id, number>>;
  readonly crashes: number;
}

export type Rule = 'keepOwn' | 'keepTheirs' | 'promote' | 'promoteAnswered';
/** What a node holds once it has done this with a key. */
export type Rules = (held: Held, rule: Rule, key: Key, as: Id) => Held;

const otherOf = (id: Id): Id => (id === 2 ? 3 : 2);
const UNIQUE = new Uint8Array(32);

const slotOf = (key: Key): Slot => {
  const [requester = 0, number = 0] = key.split('.').map(Number);
  return { transaction: { requester, epoch: 1, number }, key: { public: UNIQUE, private: UNIQUE } };
};
const keyOf = ({ transaction: { requester, number } }: Slot): Key => `${requester}.${number}`;

const mapped = <A, B>(slots: { [Name in keyof Slots]?: A }, to: (value: A) => B) =>
  Object.fromEntries(Object.entries(slots).map(([name, value]) => [name, to(value as A)])) as {
    [Name in keyof Slots]?: B;
  };

/** The rules that are shipped: a write to this store is made when it is asked for. */
export const shipped: Rules = (held, rule, key, as) => {
  const store = memoryStore();
  const peer = otherOf(as);
  void store.write({ [`session/${peer}`]: mapped(held, slotOf) });
  const sessions = new Sessions(store, () => undefined);
  if (rule === 'keepTheirs') void sessions.keepTheirs(slotOf(key), UNIQUE);
  else if (rule === 'keepOwn') void sessions.keepOwn(peer, slotOf(key));
  else void sessions.promote(peer, slotOf(key));
  return mapped(sessions.slots(peer), keyOf);
};

const held = ({ held: { own, theirs, current, previous } }: Side): Key[] =>
  [own, theirs, current, previous].filter((key) => key !== undefined);

/** All that can happen next. */
const next = (it: Situation, { keys, confirms, crashes }: Bounds, rules: Rules): Situation[] => {
  const found: Situation[] = [];
  for (const id of [2, 3] as const) {
    const peer = otherOf(id);
    const side = it.sides[id];
    const after = (change: Partial<Side>, air = it.air, more: readonly Message[] = []): void => {
      const sides = { ...it.sides, [id]: { ...side, ...change } };
      found.push({ ...it, sides, air: [...air, ...more] });
    };
    const said = (kind: Message['kind'], key: Key, number: number): Message[] => [
      { kind, to: peer, key, id: number },
    ];
    const { challenge, answers, made, awaited } = side;

    if (awaited !== null) after({ awaited: null });
    else if (made < keys[id]) {
      const number = made + 1;
      after({ made: number, awaited: number }, it.air, said('delivery', `${id}.${number}`, number));
    }
    if (challenge === null && side.confirms < confirms[id])
      after({
        confirms: side.confirms + 1,
        challenge: { left: held(side), said: [], agreed: null },
        answers: answers.map((answer) => ({ ...answer, mute: true })),
      });
    if (challenge !== null && challenge.agreed === null) {
      const [key, ...left] = challenge.left;
      after({ challenge: null });
      if (key !== undefined) {
        const tried = { ...challenge, left, said: [...challenge.said, key] };
        after({ challenge: tried }, it.air, said('C1', key, side.confirms));
      }
    }
    if (challenge?.agreed)
      after({ challenge: null, held: rules(side.held, 'promote', challenge.agreed, id) });
    for (const [at, { key, id: number, mute }] of answers.entries())
      after(
        {
          answers: answers.toSpliced(at, 1),
          held: rules(side.held, 'promoteAnswered', key, id),
          floors: { ...side.floors, [key]: Math.max(number, side.floors[key] ?? 0) },
        },
        it.air,
        mute ? [] : said('C2', key, number),
      );
    if (it.crashes < crashes) {
      const sides = { ...it.sides, [id]: { ...side, awaited: null, challenge: null, answers: [] } };
      found.push({ ...it, sides, crashes: it.crashes + 1 });
    }

    for (const [at, { kind, to, key, id: number }] of it.air.entries()) {
      if (to !== id) continue;
      const air = it.air.toSpliced(at, 1);
      if (kind === 'delivery' && number > side.delivered) {
        const change = { delivered: number, held: rules(side.held, 'keepTheirs', key, id) };
        after(change, air, said('acknowledgement', key, number));
      } else if (kind === 'acknowledgement' && number === awaited)
        after({ awaited: null, held: rules(side.held, 'keepOwn', key, id) }, air);
      else if (kind === 'C2' && challenge?.agreed === null && number === side.confirms)
        after({ challenge: { ...challenge, agreed: key } }, air);
      else if (kind === 'C1' && held(side).includes(key) && number > (side.floors[key] ?? 0)) {
        // Of two challenges that cross the lower address's stands, unless the higher's is answered.
        if (challenge !== null && id < peer) continue;
        const yielded = challenge?.agreed === null ? { challenge: null } : {};
        const muted = answers.map((answer) => ({ ...answer, mute: true }));
        after({ ...yielded, answers: [...muted, { key, id: number, mute: false }] }, air);
      }
    }
  }
  return found;
};

const isAtRest = ({ sides }: Situation): boolean =>
  [sides[2], sides[3]].every(
    ({ answers, challenge }) => answers.length === 0 && !challenge?.agreed,
  );

/** Whether there is a key under which a challenge of either would be answered. */
const haveCommonKey = ({ sides }: Situation): boolean =>
  held(sides[2]).some((key) => held(sides[3]).includes(key));

const textOf = (it: Situation): string =>
  JSON.stringify({ ...it, air: it.air.map((message) => JSON.stringify(message)).toSorted() });

/**
 * Every situation that two nodes with one confirmed key get into, and those without a way out; it
 * ends early where so many of these are enough.
 */
export const explorePair = (
  bounds: Bounds,
  rules: Rules = shipped,
  enough = Number.POSITIVE_INFINITY,
) => {
  const memory = new Map<string, Held>();
  const remembered: Rules = (...asked) => {
    const key = JSON.stringify(asked);
    const kept = memory.get(key) ?? rules(...asked);
    memory.set(key, kept);
    return kept;
  };
  const fresh: Side = {
    ...{ held: { current: '2.0' }, made: 0, awaited: null, delivered: 0 },
    ...{ confirms: 0, challenge: null, answers: [], floors: {} },
  };
  const start: Situation = { sides: { 2: fresh, 3: fresh }, air: [], crashes: 0 };
  const seen = new Set([textOf(start)]);
  const open = [start];
  const deadEnds: Situation[] = [];
  for (let it = open.pop(); it !== undefined && deadEnds.length < enough; it = open.pop())
    for (const found of next(it, bounds, remembered)) {
      const text = textOf(found);
      if (seen.has(text)) continue;
      seen.add(text);
      open.push(found);
      if (isAtRest(found) && !haveCommonKey(found)) deadEnds.push(found);
    }
  return { situations: seen.size, deadEnds };
};
