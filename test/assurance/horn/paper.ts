import { type Clause, clause } from './terms.ts';

/**
 * The paper's Figures 3 and 5: E(MK, [SK for the next, address]), an acknowledgement of no
 * request, E(SK, ID) and E(SK, ID + 1); E hides, and does not authenticate, so that who knows what
 * stands in a place can put another thing there by flipping bits.
 */
const MEMBERS = ['a', 'b', 'e'] as const;

/** `a` asks for a key to share with the insider and, but for a claim about that, with `b`. */
const begins = (one: string, other: string): readonly Clause[] => [
  clause('asks', [], `k(enc(mk(${one}),pair(to(skof(${one},${other}),ce),${other})))`),
  clause('done', [`k(enc(mk(${one}),ok))`], `established(${one},${other})`),
];

const network: readonly Clause[] = [
  ...['ok', 'ce', ...MEMBERS].map((name) => clause('public', [], `k(${name})`)),
  clause('insider', [], 'k(mk(e))'),
  clause('decrypt', ['k(enc(K,M))', 'k(K)'], 'k(M)'),
  clause('encrypt', ['k(M)', 'k(K)'], 'k(enc(K,M))'),
  clause('flipped address', ['k(enc(K,pair(X,Y)))', 'k(Z)'], 'k(enc(K,pair(X,Z)))'),
  clause('flipped number', ['k(enc(K,number(X)))'], 'k(enc(K,next(X)))'),
  clause('unwrap', ['k(to(S,e))'], 'k(S)'),
  ...MEMBERS.map((to) =>
    clause(
      'translates',
      [`k(enc(mk(A),pair(to(S,ce),${to})))`, 'member(A)'],
      `k(enc(mk(${to}),pair(to(S,${to}),A)))`,
    ),
  ),
  ...MEMBERS.map((node) => clause('member', [], `member(${node})`)),
  clause('takes', ['k(enc(mk(b),pair(to(S,b),A)))'], 'accepted(b,A,S)'),
  clause('acknowledges', ['k(enc(mk(b),pair(to(S,b),A)))'], 'k(enc(mk(b),ok))'),
  clause('passes on', ['k(enc(mk(b),ok))'], 'k(enc(mk(a),ok))'),
];

/** N1 challenges; N2 is switched off, and still an answer comes. */
const challenges: readonly Clause[] = [
  clause('C1', [], 'k(enc(skof(a,b),number(id)))'),
  clause('C2', ['k(enc(skof(a,b),next(id)))'], 'confirmed(a,b)'),
];

export const PAPER_CLAUSES: readonly Clause[] = [
  ...network,
  ...begins('a', 'b'),
  ...begins('a', 'e'),
  ...challenges,
];

export const PAPER_GOALS = {
  established: clause('goal', [], 'established(a,b)'),
  secrecy: clause('goal', [], 'k(skof(a,b))'),
  /** A key that `a` made for the insider. */
  authentication: clause('goal', [], 'accepted(b,a,skof(a,e))'),
  confirm: clause('goal', [], 'confirmed(a,b)'),
} as const;
