import { type Row, timed, verdict } from '../row.ts';
import { confirm, distribution, WORLD } from './distribution.ts';
import { JOIN_CLAIMS } from './join.ts';
import { PAPER_CLAUSES, PAPER_GOALS } from './paper.ts';
import { derivable } from './spass.ts';
import { ATTACKER, type Clause, clause } from './terms.ts';

/** A statement that must follow, or must not. */
export interface HornClaim {
  readonly property: string;
  readonly clauses: readonly Clause[];
  readonly goal: Clause;
  /** Reached: it shows that the model runs at all. Refused: it would be an attack. */
  readonly must: 'follow' | 'not follow';
  readonly paper?: { readonly clauses: readonly Clause[]; readonly goal: Clause };
}

const goal = (...atoms: readonly string[]): Clause => {
  const result = atoms.at(-1) as string;
  return clause('goal', atoms.slice(0, -1), result);
};

const MODES = ['direct', 'indirect'] as const;

const DISTRIBUTION: readonly HornClaim[] = MODES.flatMap((mode): HornClaim[] => {
  const all = [...WORLD, ...distribution(mode)];
  const key = `sk(a,b,${mode})`;
  const withoutPair = { without: ['a', 'b'] } as const;
  return [
    {
      property: `${mode}: a key can be distributed`,
      clauses: all,
      goal: goal(`established(a,b,${key})`),
      must: 'follow',
      paper: { clauses: PAPER_CLAUSES, goal: PAPER_GOALS.established },
    },
    {
      property: `${mode}: SK of two honest nodes stays secret, in any number of runs`,
      clauses: all,
      goal: goal(`k(${key})`),
      must: 'not follow',
      paper: { clauses: PAPER_CLAUSES, goal: PAPER_GOALS.secrecy },
    },
    {
      property: `${mode}: N2 takes a key as N1's only if N1 made it for N2, in any number of runs`,
      clauses: [...WORLD, ...distribution(mode, withoutPair)],
      goal: goal('accepted(b,a,S,N)'),
      must: 'not follow',
      paper: { clauses: PAPER_CLAUSES, goal: PAPER_GOALS.authentication },
    },
    {
      property: `${mode}: a confirm comes to its end`,
      clauses: [...all, ...confirm(mode)],
      goal: goal(`confirmed(a,b,${key},R)`),
      must: 'follow',
    },
    {
      property: `${mode}: N1 confirms only with N2, in any number of runs`,
      clauses: [...all, ...confirm(mode, withoutPair)],
      goal: goal(`confirmed(a,b,${key},R)`),
      must: 'not follow',
      paper: { clauses: PAPER_CLAUSES, goal: PAPER_GOALS.confirm },
    },
  ];
});

const rowOf = ({ property, clauses, goal: wanted, must, paper }: HornClaim): Row => {
  const { value, ms } = timed(() => ({
    ours: derivable([...ATTACKER, ...clauses], wanted),
    paper: paper && derivable([...ATTACKER, ...paper.clauses], paper.goal),
  }));
  const isWrong = (found: { readonly derivable: boolean }): boolean =>
    found.derivable !== (must === 'follow');
  return {
    ...{ property, tool: 'SPASS', scope: `${clauses.length} clauses`, ms },
    ours: verdict(isWrong(value.ours)),
    paper: value.paper === undefined ? '–' : verdict(isWrong(value.paper)),
    states: value.ours.derived + (value.paper?.derived ?? 0),
  };
};

export const HORN_CLAIMS: readonly HornClaim[] = [...JOIN_CLAIMS, ...DISTRIBUTION];
export const hornClauses = (): readonly Row[] => HORN_CLAIMS.map(rowOf);
