/**
 * `npm run bench:daemon [-- --idle SECONDS]`: what `ties run` takes as a node, on swtpm and a simulated
 * radio. Fails where a limit is missed by the code as the Debian package has it.
 */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../../package/bundle.ts';
import { measureNode } from './node.ts';

const LIMITS = { readyMs: 1500, residentMb: 90, idlePercent: 1 } as const;

const { values } = parseArgs({ options: { idle: { type: 'string', default: '60' } } });
const idleS = Number(values.idle);

/** The package's files, with our own npm packages beside them. */
const folder = mkdtempSync(join(tmpdir(), 'ties-bench-'));
await bundle(join(folder, 'dist'));
writeFileSync(join(folder, 'package.json'), '{"type":"module","version":"0"}');
symlinkSync(resolve('node_modules'), join(folder, 'node_modules'));

try {
  const npm = await measureNode('dist/cli/ties.js', { idleS: 0 });
  const deb = await measureNode(join(folder, 'dist/cli/ties.js'), { idleS });
  const rows = [
    ['', 'npm', 'package', 'limit'],
    [
      'start to READY, best',
      ...[npm, deb].map((it) => `${it.readyMs.toFixed(0)} ms`),
      `${LIMITS.readyMs} ms`,
    ],
    [
      'in starts of an empty Node.js, median',
      ...[npm, deb].map((it) => it.emptyStarts.toFixed(1)),
      '',
    ],
    [
      'CPU time until READY, median',
      ...[npm, deb].map((it) => `${it.readyCpuMs.toFixed(0)} ms`),
      '',
    ],
    ['that of an empty Node.js', ...[npm, deb].map((it) => `${it.emptyCpuMs.toFixed(0)} ms`), ''],
    [
      'resident as a member',
      ...[npm, deb].map((it) => `${it.residentMb.toFixed(1)} MB`),
      `${LIMITS.residentMb} MB`,
    ],
    ['at its highest', ...[npm, deb].map((it) => `${it.highestMb.toFixed(1)} MB`), ''],
    ['shared with none', ...[npm, deb].map((it) => `${it.anonymousMb.toFixed(1)} MB`), ''],
    [`CPU, idle over ${idleS} s`, '', `${deb.idlePercent.toFixed(2)} %`, `${LIMITS.idlePercent} %`],
  ];
  for (const [what = '', ...cells] of rows)
    console.log(what.padEnd(40) + cells.map((cell) => cell.padStart(12)).join(''));
  const missed =
    deb.readyMs > LIMITS.readyMs ||
    deb.residentMb > LIMITS.residentMb ||
    !(deb.idlePercent < LIMITS.idlePercent);
  if (missed) {
    console.log('A limit is missed.');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
