import { type Clause, clause, sealed, tuple } from './terms.ts';

/**
 * Key distribution and confirm for any number of runs. `a` and `b` are honest, `e` is a member
 * whose host is the attacker's. What changes from run to run is a function of who runs it with
 * whom, so a run may meet its own past: freshness is for the explorer.
 */
const MEMBERS = ['a', 'b', 'e'] as const;

const master = (node: string): string => `mk(${node})`;
const toCenter = (node: string) => ({ root: master(node), src: node, dst: 'ce' });
const toNode = (node: string) => ({ root: master(node), src: 'ce', dst: node });

const request = (node: string, mode: string, peer: string, key: string, number: string): string =>
  sealed('K1', toCenter(node), {
    body: { mode, peer, number, wrap: `wrap(${key},rk(ce),${peer})` },
  });

const deliveryBody = (requester: string, to: string, key: string, number: string) => ({
  requester,
  epoch: 'epoch',
  number,
  wrap: `wrap(${key},rk(${to}),${to})`,
});

const delivered = (requester: string, to: string, key: string, number: string): string =>
  sealed('K2.direct', toNode(to), { body: deliveryBody(requester, to, key, number) });

const ticketOf = (requester: string, to: string, key: string, number: string): string =>
  sealed('ticket', toNode(to), { body: deliveryBody(requester, to, key, number) });

const transaction = (requester: string, number: string): string =>
  tuple(requester, 'epoch', number);

/** Who may begin with whom; the pair that is left out is the one that a claim is about. */
interface Runs {
  readonly without?: readonly [initiator: string, responder: string];
}

const pairs = ({ without }: Runs): readonly (readonly [string, string])[] =>
  MEMBERS.flatMap((one) => MEMBERS.map((other) => [one, other] as const)).filter(
    ([one, other]) =>
      one !== other && one !== 'e' && !(without?.[0] === one && without[1] === other),
  );

const PUBLIC = ['ce', ...MEMBERS, 'epoch', 'direct', 'indirect', 'nothing', 'version']
  .concat(['control', 'ticket', 'confirm', 'ack', 'rejoin', 'data'])
  .map((name) => clause(`public ${name}`, [], `k(${name})`));
const TYPES = [
  'K1',
  'K2direct',
  'K2indirect',
  'ticket',
  'K3direct',
  'K3indirect',
  'K4',
  'C1',
  'C2',
].map((name) => clause(`type ${name}`, [], `k(t${name})`));

/** What everybody knows and what the insider has. */
export const WORLD: readonly Clause[] = [
  ...PUBLIC,
  ...TYPES,
  ...MEMBERS.map((node) => clause(`key name of ${node}`, [], `k(rk(${node}))`)),
  ...MEMBERS.map((node) => clause(`member ${node}`, [], `member(${node})`)),
  clause('key name of the center', [], 'k(rk(ce))'),
  clause('insider', [], `k(${master('e')})`),
];

/** Figures 2, 3 and 5 of the paper, as they are here. */
export const distribution = (mode: 'direct' | 'indirect', runs: Runs = {}): readonly Clause[] => {
  const clauses: Clause[] = [];
  for (const [one, other] of pairs(runs)) {
    const [key, number] = [`sk(${one},${other},${mode})`, `n(${one},${other},${mode})`];
    const asked = request(one, mode, other, key, number);
    clauses.push(clause('K1', [], `k(${asked})`), clause('number', [], `k(${number})`));
    const re = `counter(${asked})`;
    clauses.push(clause('counter', [], `k(${re})`));
    if (mode === 'direct') {
      const done = sealed('K4', toNode(one), { clear: { re }, body: { rosterVersion: 'version' } });
      clauses.push(clause('K4', [`k(${done})`], `established(${one},${other},${key})`));
    } else {
      const held = ticketOf(one, other, key, number);
      const said = { root: key, src: other, dst: one };
      const bound = `hash(T)`;
      const context = transaction(one, number);
      const done = sealed('K3.indirect', said, { clear: { epoch: 'epoch' }, bound, context });
      const back = sealed('K2.indirect', toNode(one), {
        clear: { re, ticket: 'T' },
        body: { rosterVersion: 'version' },
      });
      clauses.push(
        clause('K3', [`k(${back})`, `k(${done})`], `established(${one},${other},${key})`),
      );
      void held;
    }
  }
  const [N1, N2, S, N] = ['N1', 'N2', 'S', 'N'];
  const asked = request(N1, mode, N2, S, N);
  const heard = [`k(${asked})`, `member(${N1})`, `member(${N2})`];
  const re = `counter(${asked})`;
  if (mode === 'direct') {
    const out = delivered(N1, N2, S, N);
    const said = `counter(${out})`;
    const acknowledged = sealed('K3.direct', toCenter(N2), { clear: { re: said } });
    clauses.push(
      clause('CE translates', heard, `k(${out})`),
      clause('CE counts', heard, `k(${said})`),
      clause(
        'CE answers',
        [...heard, `k(${acknowledged})`],
        `k(${sealed('K4', toNode(N1), {
          clear: { re },
          body: { rosterVersion: 'version' },
        })})`,
      ),
    );
  } else {
    const ticket = ticketOf(N1, N2, S, N);
    const back = sealed('K2.indirect', toNode(N1), {
      clear: { re, ticket },
      body: { rosterVersion: 'version' },
    });
    clauses.push(
      clause('CE returns', heard, `k(${back})`),
      clause('ticket', heard, `k(${ticket})`),
    );
  }
  for (const node of ['a', 'b']) {
    const heardHere = mode === 'direct' ? delivered(N1, node, S, N) : ticketOf(N1, node, S, N);
    clauses.push(clause('accept', [`k(${heardHere})`], `accepted(${node},${N1},${S},${N})`));
    const answer =
      mode === 'direct'
        ? sealed('K3.direct', toCenter(node), { clear: { re: `counter(${heardHere})` } })
        : sealed(
            'K3.indirect',
            { root: S, src: node, dst: N1 },
            {
              clear: { epoch: 'epoch' },
              bound: `hash(${heardHere})`,
              context: transaction(N1, N),
            },
          );
    clauses.push(clause('acknowledge', [`k(${heardHere})`], `k(${answer})`));
  }
  return clauses;
};

const challengeOf = (
  key: string,
  one: string,
  other: string,
  id: string,
  context: string,
): string =>
  sealed(
    'C1',
    { root: key, src: one, dst: other },
    {
      clear: { epoch: 'epoch' },
      body: { challenge: id },
      context,
    },
  );

const answerOf = (
  key: string,
  one: string,
  other: string,
  id: string,
  nonce: string,
  context: string,
): string =>
  sealed(
    'C2',
    { root: key, src: other, dst: one },
    {
      clear: { epoch: 'epoch' },
      body: { answer: `next(${id})`, nonce },
      bound: `hash(${challengeOf(key, one, other, id, context)})`,
      context,
    },
  );

/** Figure 5's ID and ID + 1, by both nodes under a key of either, the initiator being any of them. */
export const confirm = (mode: 'direct' | 'indirect', { without }: Runs = {}): readonly Clause[] => {
  const clauses: Clause[] = [clause('next', ['k(X)'], 'k(next(X))')];
  for (const [maker, taker] of pairs({})) {
    const [key, number] = [`sk(${maker},${taker},${mode})`, `n(${maker},${taker},${mode})`];
    const context = transaction(maker, number);
    for (const [one, other] of [
      [maker, taker],
      [taker, maker],
    ] as const) {
      if (one !== 'e') {
        const id = `id(${one},${other},${key})`;
        const answered = answerOf(key, one, other, id, 'R', context);
        clauses.push(
          clause('C1', [], `k(${challengeOf(key, one, other, id, context)})`),
          clause('C2 opens', [`k(${answered})`], `confirmed(${one},${other},${key},R)`),
        );
      }
      if (other === 'e' || (without?.[0] === one && without[1] === other)) continue;
      const nonce = `nonce(${other},${one},I)`;
      const heard = [`k(${challengeOf(key, one, other, 'I', context)})`];
      clauses.push(clause('C2', heard, `k(${answerOf(key, one, other, 'I', nonce, context)})`));
    }
  }
  return clauses;
};
