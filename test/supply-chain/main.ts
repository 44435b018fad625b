import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Lock, objections } from './objections.ts';

/** npm run supply-chain: a bill of materials, and what is wrong with what is installed. */
const read = (file: string): object =>
  JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8'));

const lock = read('package-lock.json') as Lock;
const { allowScripts } = read('package.json') as { allowScripts: Record<string, boolean> };
const packages = Object.keys(lock.packages).filter((path) => path !== '');

const FOLDER = 'tmp/supply-chain';
mkdirSync(FOLDER, { recursive: true });
for (const format of ['cyclonedx', 'spdx']) {
  const options = ['sbom', '--package-lock-only', '--sbom-format', format];
  const bill = execFileSync('npm', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  writeFileSync(`${FOLDER}/${format}.json`, bill);
  console.log(`${FOLDER}/${format}.json: ${packages.length} packages`);
}

const wrong = [...objections(lock, allowScripts)];
const audit = spawnSync('npm', ['audit', '--json'], { encoding: 'utf8' });
const told = JSON.parse(audit.stdout || '{}') as {
  readonly message?: string;
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> };
};
if (told.metadata === undefined)
  console.log(`npm audit: the registry does not answer it (${told.message ?? 'no reply'})`);
else {
  const { total = 0 } = told.metadata.vulnerabilities;
  console.log(`npm audit: ${total} known vulnerabilities`);
  if (total > 0) wrong.push(`npm audit names ${total} vulnerabilities`);
}
for (const line of wrong) console.log(line);
console.log(`${packages.length} packages, ${wrong.length} objections`);
process.exitCode = wrong.length > 0 ? 1 : 0;
