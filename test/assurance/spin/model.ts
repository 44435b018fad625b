import { type Direction, type MessageName, specOf } from '../../../protocol/messages.ts';

/** Who says what to whom; checked against the message table, so that the model cannot drift. */
const SAID: Readonly<Partial<Record<MessageName, Direction>>> = {
  K1: 'node→center',
  'K2.direct': 'center→node',
  'K3.direct': 'node→center',
  K4: 'center→node',
  C1: 'node→node',
  C2: 'node→node',
};

/** `K2.direct` is the array `K2_direct`: which of its kind were ever said. */
const arrayOf = (name: string): string => name.replaceAll('.', '_');

/** Keys beside the first: so many distributions are begun. */
const KEYS = 3;

/** The rules of slots, or the one slot of the paper, in which the last key that came is the key. */
export type Slots = 'shipped' | 'paper';

const HOLDS = {
  shipped:
    '#define HOLDS1(k) (own == k || current1 == k || previous1 == k)\n#define HOLDS2(k) (theirs == k || current2 == k || previous2 == k)',
  paper: '#define HOLDS1(k) (current1 == k)\n#define HOLDS2(k) (current2 == k)',
} as const;
const KEEP1 = { shipped: 'own = n', paper: 'current1 = n' } as const;
const KEEP2 = { shipped: 'theirs = n', paper: 'current2 = n' } as const;

/** Of a confirm under `k` at node 1 or 2; `next` is the slot of a key that was never confirmed. */
const promote = (side: 1 | 2, next: 'own' | 'theirs'): string =>
  `if :: current${side} != k && previous${side} != k -> previous${side} = current${side}; current${side} = k :: else fi;
      if :: ${next} == k -> ${next} = 0 :: else fi`;

/**
 * N1, the CE and N2 with a key in common from before. What was said once may arrive at any time,
 * any number of times, in any order, or never: loss, repeats and reordering in one. Restarts lose
 * what is not stored.
 */
export const model = (slots: Slots): string => {
  for (const [name, direction] of Object.entries(SAID))
    if (specOf(name as MessageName).direction !== direction)
      throw new Error(`The message table has another direction for ${name} than this model.`);
  return `
${Object.keys(SAID)
  .map((name) => `bool ${arrayOf(name)}[${KEYS + 2}];`)
  .join('\n')}
byte own, current1 = 1, previous1, pending, made = 1;
byte theirs, current2 = 1, previous2, floor2 = 1;
byte floor, waiting, challenged, restarts;
bool had[${KEYS + 2}];
${HOLDS[slots]}
#define COMMON (HOLDS2(own) && own != 0 || HOLDS2(current1) || HOLDS2(previous1) && previous1 != 0)

active proctype N1() {
  byte n, k;
  do
  :: atomic { pending == 0 && made < ${KEYS} -> made++; pending = made; K1[made] = true }
  :: atomic { pending != 0 -> pending = 0 /* gives up */ }
  :: atomic { pending != 0 && K4[pending] -> n = pending; pending = 0; assert(had[n]); ${KEEP1[slots]} }
  :: atomic { challenged == 0 ->
      if :: ${slots === 'shipped' ? 'own != 0 -> challenged = own :: previous1 != 0 -> challenged = previous1 ::' : ''} else -> challenged = current1
         :: challenged = current1 fi;
      C1[challenged] = true }
  :: atomic { challenged != 0 -> challenged = 0 /* unanswered */ }
  :: atomic { challenged != 0 && C2[challenged] -> k = challenged; challenged = 0; assert(had[k] || k == 1);
      ${slots === 'shipped' ? promote(1, 'own') : 'current1 = k'} }
  :: atomic { restarts < 2 -> restarts++; pending = 0; challenged = 0 }
  od
}

active proctype CE() {
  byte n;
  do
  :: atomic { K1[floor + 1] && floor < ${KEYS} -> floor++; waiting = floor; K2_direct[floor] = true }
  :: atomic { floor + 2 <= ${KEYS} && K1[floor + 2] -> floor = floor + 2; waiting = floor; K2_direct[floor] = true }
  :: atomic { waiting != 0 && K3_direct[waiting] -> n = waiting; waiting = 0; K4[n] = true }
  :: atomic { restarts < 2 -> restarts++; waiting = 0 }
  od
}

active proctype N2() {
  byte n, k;
  do
  :: atomic { select (n : 2 .. ${KEYS}); K2_direct[n] -> 
      if
      :: ${slots === 'shipped' ? 'n > floor2' : 'true'} -> floor2 = n; had[n] = true; ${KEEP2[slots]}; K3_direct[n] = true
      :: n == floor2 -> K3_direct[n] = true
      :: else
      fi }
  :: atomic { select (k : 1 .. ${KEYS}); C1[k] && HOLDS2(k) ->
      C2[k] = true; ${slots === 'shipped' ? promote(2, 'theirs') : 'skip'} }
  od
}

/* Whatever is lost: a key in common is left, so that a confirm can come to its end. */
ltl common { [] COMMON }
/* The two generals: N2 has a key of which N1 does not know, and no message changes that for good. */
ltl agreed { [] (theirs == 0 || own == theirs || current1 == theirs) }
`;
};
