import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { between } from '../between.ts';
import { resumed } from './resume.ts';
import { type Report, tableOf, tally } from './table.ts';

/**
 * npm run mutation [-- FOLDER... | --table]: Stryker, a folder at a time, each with the tests of its part of
 * the house, and the table of all that were run so far. What was interrupted goes on where it was:
 * a mutant that was killed is not run again as long as its code is as it was.
 */
const WORK = 'tmp/mutation';
const RESULTS = 'docs/results/mutation.md';
const LEAST_SCORE = 85;

const hasCode = (folder: string): boolean =>
  readdirSync(folder).some((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
const folders = ['machines', 'protocol'].flatMap((part) => [
  ...readdirSync(part, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${part}/${name}`),
  part,
]);
const all = folders.filter(hasCode);
const asked = process.argv.slice(2).filter((word) => word !== '--table');
const isTableAlone = process.argv.includes('--table');
const fileOf = (folder: string, kind: string): string =>
  `${WORK}/${folder.replaceAll('/', '-')}.${kind}.json`;

mkdirSync(WORK, { recursive: true });
const shared = JSON.parse(readFileSync('test/mutation/stryker.config.json', 'utf8'));
for (const folder of isTableAlone ? [] : asked.length > 0 ? asked : all) {
  const config = {
    ...shared,
    mutate: [`${folder}/*.ts`, `!${folder}/*.test.ts`],
    incrementalFile: fileOf(folder, 'incremental'),
    jsonReporter: { fileName: fileOf(folder, 'report') },
  };
  writeFileSync(fileOf(folder, 'config'), JSON.stringify(config));
  const earlier = fileOf(folder, 'incremental');
  if (existsSync(earlier))
    writeFileSync(earlier, JSON.stringify(resumed(JSON.parse(readFileSync(earlier, 'utf8')))));
  const env = { ...process.env, TIES_MUTATED: folder.split('/')[0] };
  spawnSync('npx', ['stryker', 'run', fileOf(folder, 'config')], { stdio: 'inherit', env });
}

const reports = all
  .filter((folder) => existsSync(fileOf(folder, 'report')))
  .map((folder) => [folder, JSON.parse(readFileSync(fileOf(folder, 'report'), 'utf8'))] as const);
const rows = tally(reports as readonly (readonly [string, Report])[]);
const table = tableOf(rows);
const results = readFileSync(RESULTS, 'utf8');
writeFileSync(RESULTS, between(results, '<!-- table: begin -->', '<!-- table: end -->', table));
console.log(table);
const failed = rows.filter(({ score }) => score < LEAST_SCORE).length;
console.log(`${rows.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
