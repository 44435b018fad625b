import { describe, expect, test } from 'vitest';
import { CENTER_NAME } from '../../simulations/world.ts';
import type { Evidence } from './evidence.ts';
import type { FinalState } from './final-state.ts';
import { faultsOf } from './invariants.ts';
import { KINDS, type Mishap, type Moments } from './moments.ts';
import type { Procedure } from './procedures.ts';
import { run } from './run.ts';

/** Whether power is cut everywhere (`npm run test:crash`), or where each procedure says. */
export const isWhole = process.env.TIES_CRASH === 'all';

/** Another one draws other bytes, and other times without power. */
const options = { seed: Number(process.env.TIES_SEED ?? 1) };

const VICTIMS = [['N1'], [CENTER_NAME], ['N2'], [CENTER_NAME, 'N1', 'N2']] as const;

/** How a network ends that nothing befell, by how its nodes end. */
const undisturbed = new Map<Evidence['ends'], Promise<Evidence>>();

export const expectedOf = async (procedure: Procedure): Promise<FinalState> => {
  const whole = undisturbed.get(procedure.ends) ?? run(procedure, null, options);
  undisturbed.set(procedure.ends, whole);
  return (await whole).state;
};

/** Every mishap that can befall a procedure with so many moments. */
const mishaps = (counts: Moments['counts']): Mishap[] =>
  KINDS.flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, nth) => ({ kind, nth })).flatMap((at): Mishap[] => [
      ...VICTIMS.map((victims) => ({ what: 'power cut', at, victims }) as const),
      ...(kind === 'before commit' ? [{ what: 'full disk', at } as const] : []),
    ]),
  );

export const titleOf = (mishap: Mishap): string => {
  const { kind, nth } = mishap.at;
  return mishap.what === 'full disk'
    ? `full disk ${nth}`
    : `${kind} ${nth}: ${mishap.victims.join(' ')} without power`;
};

/** The runs of one procedure, each a test of its own. */
export const enumerate = (procedure: Procedure): void => {
  const holds = async (mishap: Mishap | null): Promise<void> => {
    const evidence = await run(procedure, mishap, options);
    expect(faultsOf(evidence, await expectedOf(procedure))).toEqual([]);
  };
  describe(procedure.name, async () => {
    const { counts } = isWhole ? await run(procedure, null, options) : { counts: null };
    const befalling = counts === null ? procedure.daily : mishaps(counts);
    if (isWhole) test('undisturbed', () => holds(null));
    for (const mishap of befalling) test(titleOf(mishap), () => holds(mishap));
  });
};
