/**
 * `npm run bench:daemon [-- --idle SECONDS]`: what `ties run` takes as a node, on swtpm and a simulated
 * radio. Fails where a limit is missed by the code as the Debian package has it.
 */
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { bundle } from '../../package/bundle.ts';
import { ANSWERS, type Figures, measureNode } from './node.ts';

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
  const row = (what: string, text: (it: Figures) => string, limit = ''): void =>
    console.log(
      what.padEnd(40) + [text(npm), text(deb), limit].map((it) => it.padStart(12)).join(''),
    );
  console.log(' '.repeat(40) + ['npm', 'package', 'limit'].map((it) => it.padStart(12)).join(''));
  row('start to READY, best', ({ readyMs }) => `${readyMs.toFixed(0)} ms`, `${LIMITS.readyMs} ms`);
  row('in starts of an empty Node.js, median', ({ emptyStarts }) => emptyStarts.toFixed(1));
  row('CPU time until READY, median', ({ readyCpuMs }) => `${readyCpuMs} ms`);
  row('of an empty Node.js', ({ emptyCpuMs }) => `${emptyCpuMs} ms`);
  const limit = `${LIMITS.residentMb} MB`;
  row('resident as a member', ({ idle }) => `${idle.residentMb.toFixed(1)} MB`, limit);
  row('of it shared with none', ({ idle }) => `${idle.anonymousMb.toFixed(1)} MB`);
  row(`after ${ANSWERS} answers`, ({ used }) => `${used.residentMb.toFixed(1)} MB`, limit);
  const isIdle = ({ idlePercent }: Figures) =>
    idlePercent === null ? '' : `${idlePercent.toFixed(2)} %`;
  row(`CPU, idle over ${idleS} s`, isIdle, `${LIMITS.idlePercent} %`);
  const isWithin =
    deb.readyMs <= LIMITS.readyMs &&
    Math.max(deb.idle.residentMb, deb.used.residentMb) <= LIMITS.residentMb &&
    (deb.idlePercent ?? 0) < LIMITS.idlePercent;
  if (!isWithin) {
    console.log('A limit is missed.');
    process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true });
}
