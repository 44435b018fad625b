import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Suite } from '../../protocol/tpm/storage-key.ts';
import { derivedBy, distribute } from './contract/session-key.ts';
import { type MakeTpm, type Party, partyMaker } from './party.ts';

/** The three parties of a key distribution, on one implementation. */
interface Trio {
  readonly n1: Party;
  readonly center: Party;
  readonly n2: Party;
}

const sides = ['a', 'b'] as const;
const mixes = sides.flatMap((n1) =>
  sides.flatMap((center) => sides.map((n2) => ({ n1, center, n2 }))),
);

/** Two implementations understand each other's session keys, whoever plays whom. */
export const describeTpmInterop = (
  nameA: string,
  makeA: MakeTpm,
  nameB: string,
  makeB: MakeTpm,
  suites: { readonly a: Suite; readonly b: Suite } = { a: 1, b: 1 },
): void => {
  const names = { a: `${nameA} ${suites.a}`, b: `${nameB} ${suites.b}` };
  describe(`${names.a} and ${names.b}`, () => {
    const makers = { a: partyMaker(makeA, suites.a), b: partyMaker(makeB, suites.b) };
    const trios: Partial<Record<'a' | 'b', Trio>> = {};
    const trio = (side: 'a' | 'b'): Trio => trios[side] as Trio;

    beforeAll(async () => {
      for (const side of sides) {
        const { party } = makers[side];
        trios[side] = {
          n1: await party('node'),
          center: await party('center'),
          n2: await party('node'),
        };
      }
    });
    afterAll(async () => {
      for (const side of sides) await makers[side].release();
    });

    test.each(mixes)('N1 on $n1, center on $center, N2 on $n2', async (mix) => {
      const [from, to] = [trio(mix.n1).n1, trio(mix.n2).n2];
      const { created, imported } = await distribute(from, trio(mix.center).center, to);
      expect(await derivedBy(from, created.key)).toEqual(await derivedBy(to, imported));
    });
  });
};
