import type { HornClaim } from './part.ts';
import { type Clause, clause, sealed, tuple } from './terms.ts';

/**
 * The join of device `n`, any number of attempts at both ends; `e` is the attacker's own device.
 * dh(X,Y) is the agreement of the node's exponent X and the center's Y.
 */
const J1 = (share: string): string =>
  sealed(
    'J1',
    { root: 'hk1(otk(n))', src: 'joiner', dst: 'ce' },
    {
      clear: { devId: 'n', epoch: 'epoch', share },
    },
  );
const J2 = (j1: string, X: string, Y: string): string =>
  sealed(
    'J2',
    { root: `hk2(otk(n),g(${X}),g(${Y}))`, src: 'ce', dst: 'joiner' },
    {
      clear: { devId: 'n', epoch: 'epoch', share: `g(${Y})` },
      body: { netId: 'net', address: 'address', rosterVersion: 'version' },
      bound: j1,
    },
  );
const laterKey = (step: string, flow: string, X: string, Y: string): string =>
  `hk3(${step},otk(n),dh(${X},${Y}),hash(${flow}))`;
const J3 = (flow: string, X: string, Y: string, key: string): string =>
  sealed(
    'J3',
    { root: laterKey('three', flow, X, Y), src: 'joiner', dst: 'ce' },
    {
      body: { suite: 'suite', storageKey: key },
    },
  );
const J4 = (flow: string, j3: string, X: string, Y: string, center: string, credential: string) =>
  sealed(
    'J4',
    { root: laterKey('four', flow, X, Y), src: 'ce', dst: 'joiner' },
    {
      body: {
        suite: 'suite',
        storageKey: `rk(${center})`,
        rosterKey: 'rosterkey',
        idObject: credential,
        seed: 'seed',
      },
      bound: `hash(${tuple(flow, j3)})`,
    },
  );
const masterKey = (X: string, Y: string, credential: string, flow: string): string =>
  `mkof(otk(n),dh(${X},${Y}),${credential},hash(${flow}))`;

const NAMES = ['joiner', 'ce', 'n', 'e', 'net', 'address', 'version', 'epoch', 'suite', 'seed']
  .concat(['rosterkey', 'nothing', 'control', 'three', 'four', 'xe'])
  .concat(['tJ1', 'tJ2', 'tJ3', 'tJ4', 'tJ5']);

const agreement: readonly Clause[] = [
  ...NAMES.map((name) => clause('public', [], `k(${name})`)),
  ...['n', 'ce', 'e'].map((name) => clause('key', [], `k(rk(${name}))`)),
  clause('share', ['k(X)'], 'k(g(X))'),
  clause('agree', ['k(X)', 'k(g(Y))'], 'k(dh(X,Y))'),
  clause('agree', ['k(Y)', 'k(g(X))'], 'k(dh(X,Y))'),
  clause('hk1', ['k(O)'], 'k(hk1(O))'),
  clause('hk2', ['k(O)', 'k(A)', 'k(B)'], 'k(hk2(O,A,B))'),
  clause('hk3', ['k(T)', 'k(O)', 'k(D)', 'k(F)'], 'k(hk3(T,O,D,F))'),
  clause('mk', ['k(O)', 'k(D)', 'k(C)', 'k(F)'], 'k(mkof(O,D,C,F))'),
  clause('make credential', ['k(C)', 'k(R)'], 'k(credential(C,R))'),
  clause('activate', ['k(credential(C,rk(e)))'], 'k(C)'),
];

const center = (j1: string, Y: string): readonly Clause[] => {
  const j2 = J2(j1, 'X', Y);
  const flow = tuple(j1, j2);
  const j3 = J3(flow, 'X', Y, 'rk(n)');
  const c = `c(${j3})`;
  const j4 = J4(flow, j3, 'X', Y, 'ce', `credential(${c},rk(n))`);
  const key = masterKey('X', Y, c, tuple(flow, j3, j4));
  const last = sealed('J5', { root: key, src: 'n', dst: 'ce' });
  return [
    clause('J2', [`k(${j1})`], `k(${j2})`),
    clause('J4', [`k(${j1})`, `k(${j3})`], `k(${j4})`),
    clause('offer', [`k(${j1})`, `k(${j3})`], `offered(${key})`),
    clause('J5', [`k(${j1})`, `k(${j3})`, `k(${last})`], `admitted(${key})`),
  ];
};

const joiner: readonly Clause[] = (() => {
  const j1 = J1('g(xn)');
  const j2 = J2(j1, 'xn', 'Y');
  const flow = tuple(j1, j2);
  const j3 = J3(flow, 'xn', 'Y', 'rk(n)');
  const j4 = J4(flow, j3, 'xn', 'Y', 'R', 'credential(C,rk(n))').replace('rk(R)', 'R');
  const key = masterKey('xn', 'Y', 'C', tuple(flow, j3, j4));
  return [
    clause('J1', [], `k(${j1})`),
    clause('J3', [`k(${j2})`], `k(${j3})`),
    clause('adopt', [`k(${j2})`, `k(${j4})`], `adopted(${key},R)`),
    clause(
      'J5',
      [`k(${j2})`, `k(${j4})`],
      `k(${sealed('J5', { root: key, src: 'n', dst: 'ce' })})`,
    ),
  ];
})();

const JOIN: readonly Clause[] = [...agreement, ...joiner, ...center(J1('g(X)'), 'yc')];
const LABEL_KNOWN: readonly Clause[] = [...JOIN, clause('label', [], 'k(otk(n))')];

/** Figure 4: MK is a hash of what stands on the label. */
const PAPER_JOIN: readonly Clause[] = [
  clause('public', [], 'k(rk(n))'),
  clause('public', [], 'k(rk(ce))'),
  clause('seed', ['k(O)'], 'k(mkof(O))'),
  clause('encrypt', ['k(K)', 'k(M)'], 'k(enc(K,M))'),
  clause('joins', [], 'k(enc(mkof(otk(n)),rk(n)))'),
  clause('answers', ['k(enc(mkof(otk(n)),R))'], 'joined(n,R)'),
];
const PAPER_LABEL: readonly Clause[] = [...PAPER_JOIN, clause('label', [], 'k(otk(n))')];

const atoms = (...all: readonly string[]): Clause =>
  clause('goal', all.slice(0, -1), all.at(-1) as string);

export const JOIN_CLAIMS: readonly HornClaim[] = [
  {
    property: 'join: a device can join',
    clauses: JOIN,
    goal: atoms('admitted(M)', 'adopted(M,rk(ce))'),
    must: 'follow',
    paper: { clauses: PAPER_JOIN, goal: atoms('joined(n,rk(n))') },
  },
  {
    property: 'join: MK stays secret, in any number of attempts',
    clauses: JOIN,
    goal: atoms('adopted(M,R)', 'k(M)'),
    must: 'not follow',
    paper: { clauses: PAPER_JOIN, goal: atoms('k(mkof(otk(n)))') },
  },
  {
    property: 'join: who photographed the label has no MK of the center',
    clauses: LABEL_KNOWN,
    goal: atoms('offered(M)', 'k(M)'),
    must: 'not follow',
    paper: { clauses: PAPER_LABEL, goal: atoms('k(mkof(otk(n)))') },
  },
  {
    property: 'join: who photographed the label before it cannot capture the device',
    clauses: LABEL_KNOWN,
    goal: atoms('adopted(M,R)', 'k(M)'),
    must: 'not follow',
    paper: { clauses: PAPER_LABEL, goal: atoms('k(mkof(otk(n)))') },
  },
  {
    property: 'join: no other key takes the place of that of the device',
    clauses: LABEL_KNOWN,
    goal: atoms('admitted(M)', 'k(M)'),
    must: 'not follow',
    paper: { clauses: PAPER_LABEL, goal: atoms('joined(n,rk(ce))') },
  },
];
