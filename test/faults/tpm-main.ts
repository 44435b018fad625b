import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { NAMED } from '../../drivers/tpm/esapi/response-code.ts';
import type { Ending } from './tpm-errors.ts';

/** npm run faults:tpm -- [CODE ...]: how each operation ends for each response code, whichever of its commands it befell. */
const given = process.argv.slice(2).map(Number);
const codes = given.length > 0 ? given : NAMED;
const WORKER = fileURLToPath(new URL('tpm-codes.ts', import.meta.url));
/** A swtpm is provisioned for so many codes. */
const AT_ONCE = 3;
const MOST_OUTPUT_BYTES = 2 ** 26;

const hex = (code: number): string => `0x${code.toString(16).padStart(3, '0')}`;
const run = promisify(execFile);

const endings: Ending[] = [];
const left = [...codes];
const worker = async (): Promise<void> => {
  while (left.length > 0) {
    const own = left.splice(0, AT_ONCE);
    const args = ['--import', 'tsx', WORKER, ...own.map(String)];
    const { stdout } = await run(process.execPath, args, { maxBuffer: MOST_OUTPUT_BYTES });
    endings.push(...(JSON.parse(stdout) as Ending[]));
    console.log(`${own.map(hex).join(' ')}: ${endings.length} endings so far`);
  }
};
await Promise.all(Array.from({ length: availableParallelism() }, worker));

for (const operation of new Set(endings.map((ending) => ending.operation))) {
  const own = endings.filter((ending) => ending.operation === operation);
  console.log(`${operation}, ${new Set(own.map(({ nth }) => nth)).size} commands`);
  const told = new Map<string, number[]>();
  for (const responseCode of codes) {
    const ends = own.filter((ending) => ending.responseCode === responseCode);
    const text = [...new Set(ends.map(({ code }) => code))].toSorted().join(' or ');
    told.set(text, [...(told.get(text) ?? []), responseCode]);
  }
  for (const [text, of] of told) console.log(`  ${text}: ${of.map(hex).join(' ')}`);
}
const wrong = endings.filter((ending) => ending.wrong !== null);
for (const { operation, nth, responseCode, wrong: what } of wrong)
  console.log(`${operation}, command ${nth}, ${hex(responseCode)}: ${what}`);
console.log(`${endings.length - wrong.length} passed, ${wrong.length} failed`);
process.exitCode = wrong.length > 0 ? 1 : 0;
