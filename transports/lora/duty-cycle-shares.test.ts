import { expect, test } from 'vitest';
import { SourceShares } from './duty-cycle-shares.ts';

const LEFT_MS = 1_000;
const mayAsk = (shares: SourceShares, source: number) => shares.allows(source, 100, LEFT_MS, 0);

test('who drew a multiple of what is left gets no more, and others do', () => {
  const shares = new SourceShares();
  shares.draw(1, 5_000, 0);
  expect([mayAsk(shares, 1), mayAsk(shares, 2)]).toEqual([false, true]);
});

test('of 257 sources the one that drew longest ago is forgotten', () => {
  const shares = new SourceShares();
  for (let source = 0; source < 256; source += 1) shares.draw(source, 5_000, 0);
  expect([mayAsk(shares, 0), mayAsk(shares, 1)]).toEqual([false, false]);
  shares.draw(256, 5_000, 0);
  expect([mayAsk(shares, 0), mayAsk(shares, 1)]).toEqual([true, false]);
});
