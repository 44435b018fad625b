import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { tiesProgram } from './program.ts';

const names = async (word?: string): Promise<string[]> =>
  (await tiesProgram(word)).commands.map((command) => command.name());

test('the word that is typed loads its own command and no other', async () => {
  const all = await names();
  const control = await names('--version');
  const own = all.filter((name) => !control.includes(name));
  expect(own).toContain('run');
  expect(control).toContain('status');
  for (const name of own) expect(await names(name)).toEqual([name, ...control]);
  expect(await names('status')).toEqual(control);
});

test.each(['', '--help', 'help', 'constructor', 'runn'])('%j loads all', async (word) => {
  expect(await names(word)).toEqual(await names());
});

test('the version is that of the package', async () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect((await tiesProgram('--version')).version()).toBe(version);
});
