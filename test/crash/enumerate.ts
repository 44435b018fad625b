import { describe, expect, test } from 'vitest';
import { CENTER_NAME } from '../../simulations/world.ts';
import type { FinalState } from './final-state.ts';
import { faultsOf } from './invariants.ts';
import { KINDS, type Mishap, type Moments } from './moments.ts';
import type { Procedure } from './procedures.ts';
import { type Evidence, run } from './run.ts';

/** Whether power is cut everywhere (`npm run test:crash`), or at one moment of each procedure. */
const isWhole = process.env.TIES_CRASH === 'all';

const VICTIMS = [['N1'], [CENTER_NAME], ['N2'], [CENTER_NAME, 'N1', 'N2']] as const;

/** How a network ends that nothing befell, by how its nodes end. */
const undisturbed = new Map<Procedure['ends'], Promise<Evidence>>();
const expectedOf = async (procedure: Procedure): Promise<FinalState> => {
  const whole = undisturbed.get(procedure.ends) ?? run(procedure, null);
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

const titleOf = (mishap: Mishap): string => {
  const { kind, nth } = mishap.at;
  return mishap.what === 'full disk'
    ? `full disk ${nth}`
    : `${kind} ${nth}: ${mishap.victims.join(' ')} without power`;
};

/** The enumeration of one procedure; each run is a test of its own. */
export const enumerate = (procedure: Procedure): void => {
  describe(procedure.name, async () => {
    const holds = async (mishap: Mishap | null): Promise<void> => {
      const evidence = await run(procedure, mishap);
      expect(faultsOf(evidence, await expectedOf(procedure))).toEqual([]);
    };
    if (!isWhole) return;
    const { counts } = await run(procedure, null);
    test('undisturbed', () => holds(null));
    for (const mishap of mishaps(counts)) test(titleOf(mishap), () => holds(mishap));
  });
};
