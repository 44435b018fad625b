import { expect, test } from 'vitest';
import { BREAKS, type Break } from './breaks.ts';
import { exploreBroken } from './broken.ts';
import { exploreDevices, SCENARIOS, type Scenario } from './scenarios.ts';

/** `npm run assure` searches the other scenarios, and the other breaks. */
test('two shipped devices get a key and confirm it, whatever the air does', async () => {
  const found = await exploreDevices(SCENARIOS['a key, indirect'] as Scenario);
  expect(found).toMatchObject({ exhausted: true, breaches: [], deadEnd: null });
  expect([...found.reached]).toEqual(
    expect.arrayContaining(['made', 'accepted', 'established', 'answered', 'confirmed', 'proven']),
  );
});

test('a line that is taken out of the shipped code is missed', async () => {
  const [broken] = BREAKS as readonly [Break, ...Break[]];
  const { breaches } = await exploreBroken(broken, 100);
  expect(breaches.map(({ property }) => property)).toEqual([broken.property]);
});

test('a break that the shipped code has no line for is said', async () => {
  const gone = { ...(BREAKS[0] as Break), line: 'no such line' };
  await expect(exploreBroken(gone, 1)).rejects.toThrow('has not once');
});
