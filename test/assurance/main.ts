import { readFileSync } from 'node:fs';
import { flips } from './bytes/part.ts';
import { claimsIn, differences } from './claims.ts';
import { hornClauses } from './horn/part.ts';
import type { Part, Row } from './row.ts';
import { sequenceChart } from './sequence.ts';
import { spin } from './spin/part.ts';
import { exploration } from './symbolic/part.ts';
import { tableOf } from './table.ts';

/** Every part, in the order of the table. */
const PARTS: readonly Part[] = [exploration, flips, hornClauses, spin];

const asJson = process.argv.includes('--json');
const document = readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');
const rows = PARTS.flatMap((part) => part());
const wrong = differences(rows, claimsIn(document));

const charts = (row: Row): string =>
  [
    ...(row.shown?.ours ? [`\n${row.property}: broken\n${sequenceChart(row.shown.ours)}`] : []),
    ...(row.shown?.paper
      ? [`\n${row.property}: as the paper writes it\n${sequenceChart(row.shown.paper)}`]
      : []),
  ].join('\n');

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
