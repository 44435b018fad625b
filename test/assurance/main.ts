import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { flips } from './bytes/part.ts';
import { claimsIn, differences } from './claims.ts';
import { deviceBreaks, deviceExploration } from './devices/part.ts';
import { hornClauses } from './horn/part.ts';
import type { Part, Row } from './row.ts';
import { sequenceChart } from './sequence.ts';
import { spin } from './spin/part.ts';
import { exploration } from './symbolic/part.ts';
import { tableOf } from './table.ts';

/** Every part, in the order of the table; each is a process of its own, beside the others. */
const PARTS: Readonly<Record<string, Part>> = {
  exploration,
  deviceExploration,
  deviceBreaks,
  flips,
  hornClauses,
  spin,
};

const PART = '--part=';
const MOST_OF_ROWS = 2 ** 26;

const rowsOf = async (part: string): Promise<readonly Row[]> => {
  const [, main = ''] = process.argv;
  const args = [...process.execArgv, main, PART + part];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: MOST_OF_ROWS });
  return JSON.parse(stdout);
};

const charts = (row: Row): string =>
  [
    ...(row.shown?.ours ? [`\n${row.property}: broken\n${sequenceChart(row.shown.ours)}`] : []),
    ...(row.shown?.paper
      ? [`\n${row.property}: as the paper writes it\n${sequenceChart(row.shown.paper)}`]
      : []),
  ].join('\n');

const assure = async (asJson: boolean): Promise<void> => {
  const document = readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');
  const rows = (await Promise.all(Object.keys(PARTS).map(rowsOf))).flat();
  const wrong = differences(rows, claimsIn(document));
  console.log(tableOf(rows));
  console.log(rows.map(charts).filter(Boolean).join('\n'));
  for (const line of wrong) console.log(`differs from docs/threat-model.md: ${line}`);
  console.log(`${rows.length} rows, ${wrong.length} differ from docs/threat-model.md`);
  if (asJson)
    console.log(
      JSON.stringify(
        rows.map(({ property, tool, ours, paper, states, ms }) => ({
          ...{ property, tool, ours, paper, states, ms },
        })),
      ),
    );
  process.exitCode = wrong.length > 0 ? 1 : 0;
};

const part = process.argv.find((word) => word.startsWith(PART))?.slice(PART.length);
if (part === undefined) await assure(process.argv.includes('--json'));
else console.log(JSON.stringify(await (PARTS[part] as Part)()));
