import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { manifestSchema } from './manifest.ts';
import { configHash, readPlan } from './plan.ts';

const folders = readdirSync('docs/results', { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

test('every experiment has its report', () => {
  const files = readdirSync('simulations/experiments').map((file) => file.replace('.json', ''));
  expect(folders.sort()).toEqual(files.sort());
});

test.each(folders)('the report on %s is whole, and of the experiment as it is', (name) => {
  const text = readFileSync(`docs/results/${name}/manifest.json`, 'utf8');
  const { state, configHash: hash } = manifestSchema.parse(JSON.parse(text));
  expect(state).toBe('complete');
  expect(hash).toBe(configHash(readPlan(`simulations/experiments/${name}.json`)));
  const page = readFileSync(`docs/results/${name}/report.html`, 'utf8');
  expect(page).toContain('</html>');
  // It asks nobody for anything, and no number of it is none.
  expect(page).not.toMatch(/<script|src=|href=|@import|url\(|NaN|undefined|Infinity/);
});
