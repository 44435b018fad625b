import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

/** Of the table of bounds: the file of a test, and words of its title. */
const named = (): readonly (readonly [string, string])[] => {
  const text = read('docs/architecture.md');
  const section = text.slice(text.indexOf('## Bounds'), text.indexOf('## TPM time'));
  return [...section.matchAll(/`([a-z/-]+)`( [^|;]+)?(?=;| \|\n)/g)].map(
    ([, file = '', title = '']) => [`${file}.test.ts`, title.trim()],
  );
};

test('each bound of the architecture names a test that there is', () => {
  expect(named().length).toBeGreaterThan(20);
  for (const [file, title] of named()) expect(read(file), file).toContain(title);
});
