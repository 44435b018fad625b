import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TiesError } from '../../../protocol/errors.ts';
import type { Clause } from './terms.ts';

/** Symbols with how many arguments they take, read from the terms themselves. */
const symbolsIn = (terms: readonly string[]): ReadonlyMap<string, number> => {
  const found = new Map<string, number>();
  for (const term of terms)
    for (const [at, symbol] of [...term.matchAll(/[a-z]\w*/g)].map(
      (m) => [m.index, m[0]] as const,
    )) {
      let depth = 0;
      let commas = 0;
      const open = term[at + symbol.length] === '(';
      for (let here = at + symbol.length; open && here < term.length; here += 1) {
        if (term[here] === '(') depth += 1;
        if (term[here] === ')') depth -= 1;
        if (term[here] === ',' && depth === 1) commas += 1;
        if (depth === 0) break;
      }
      found.set(symbol, open ? commas + 1 : 0);
    }
  return found;
};

const variablesIn = (clause: Clause): readonly string[] => [
  ...new Set([...clause.given, clause.result].join(' ').match(/\b[A-Z]\w*/g) ?? []),
];

const formulaOf = (clause: Clause): string => {
  const given = clause.given.length > 1 ? `and(${clause.given.join(',')})` : clause.given[0];
  const rule = given === undefined ? clause.result : `implies(${given},${clause.result})`;
  const variables = variablesIn(clause);
  return variables.length === 0 ? rule : `forall([${variables.join(',')}],${rule})`;
};

/** Some words are SPASS's own (`version`, `status`), so that none of ours is left as it is. */
const marked = ({ name, given, result }: Clause): Clause => {
  const mark = (atom: string): string => atom.replaceAll(/\b[a-z]\w*/g, 't_$&');
  return { name, given: given.map(mark), result: mark(result) };
};

/** A problem in SPASS's DFG syntax (Hähnle, Kerber, Weidenbach: "Common Syntax of the DFG-Schwerpunktprogramm"). */
const problem = (clauses: readonly Clause[], goal: Clause): string => {
  const predicates = new Map<string, number>();
  const functions = new Map<string, number>();
  const atoms = [...clauses, goal].flatMap(({ given, result }) => [...given, result]);
  for (const atom of atoms) {
    const name = /^\w+/.exec(atom)?.[0] ?? '';
    for (const [symbol, arity] of symbolsIn([atom]))
      (symbol === name ? predicates : functions).set(symbol, arity);
  }
  const list = (of: ReadonlyMap<string, number>): string =>
    [...of].map(([symbol, arity]) => `(${symbol},${arity})`).join(',');
  return [
    'begin_problem(ties).',
    'list_of_descriptions. name({*ties*}). author({*ties*}). status(unknown). description({*ties*}). end_of_list.',
    `list_of_symbols. functions[${list(functions)}]. predicates[${list(predicates)}]. end_of_list.`,
    'list_of_formulae(axioms).',
    ...clauses.map((each) => `formula(${formulaOf(each)}).`),
    'end_of_list.',
    'list_of_formulae(conjectures).',
    `formula(${formulaOf(goal)
      .replace(/^forall/, 'exists')
      .replace('implies(', 'and(')}).`,
    'end_of_list.',
    'end_problem.',
  ].join('\n');
};

/** Debian's name; the upstream binary has the same in capitals. */
const PROGRAM = 'SPASS';
const SECONDS = 60;

/** Whether the goal follows from the clauses, and how many clauses SPASS has looked at. */
export const derivable = (
  clauses: readonly Clause[],
  goal: Clause,
): { readonly derivable: boolean; readonly derived: number } => {
  const folder = mkdtempSync(join(tmpdir(), 'ties-spass-'));
  try {
    const file = join(folder, 'problem.dfg');
    writeFileSync(file, problem(clauses.map(marked), marked(goal)));
    const options = ['-PGiven=0', '-PProblem=0', `-TimeLimit=${SECONDS}`, file];
    const { stdout = '', stderr, error } = spawnSync(PROGRAM, options, { encoding: 'utf8' });
    const derived = Number(/SPASS derived (\d+)/.exec(stdout)?.[1] ?? 0);
    if (stdout.includes('SPASS beiseite: Proof found.')) return { derivable: true, derived };
    if (stdout.includes('SPASS beiseite: Completion found.')) return { derivable: false, derived };
    throw new TiesError(
      'ASSURANCE_TOOL',
      `SPASS has not decided: ${error?.message ?? (stdout + stderr).slice(-500)}. Type: sudo apt-get install spass`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
};
