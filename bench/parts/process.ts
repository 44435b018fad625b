import { spawnSync } from 'node:child_process';
import { median, type Part } from './part.ts';

const STARTS = 9;
const TIES = 'dist/cli/ties.js';

interface Start {
  readonly ns: number;
  readonly residentBytes: number;
}

/** On its way out a process tells what it had in memory at most; `rusage` counts who forked it too. */
const TELLING = `
import { readFileSync, writeSync } from 'node:fs';
process.on('exit', () => writeSync(2, '\\n' + /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status'))[1]));
`;
const PRELOAD = `data:text/javascript,${encodeURIComponent(TELLING)}`;

const started = (args: readonly string[]): Start => {
  const startMs = performance.now();
  const told = spawnSync(process.execPath, ['--import', PRELOAD, ...args], { encoding: 'utf8' });
  const ns = 1e6 * (performance.now() - startMs);
  return { ns, residentBytes: 1024 * Number(told.stderr.trim().split('\n').at(-1)) };
};

/** Starting, and what it takes of memory. */
export const processes = async (): Promise<Part[]> => {
  const ways = {
    'an empty Node.js': ['-e', '0'],
    'ties --version': [TIES, '--version'],
    'ties explain TPM_BUSY': [TIES, 'explain', 'TPM_BUSY'],
    'ties simulate --help': [TIES, 'simulate', '--help'],
  };
  const starts = Object.entries(ways).map(([name, args]) => {
    const all = Array.from({ length: STARTS }, () => started(args));
    return {
      name,
      ns: median(all.map(({ ns }) => ns)),
      bytes: median(all.map(({ residentBytes }) => residentBytes)),
    };
  });
  return [
    {
      ...{ title: 'start, and end', skipped: null },
      figures: starts.map(({ name, ns }) => ({ name, median: ns, unit: 'ns' })),
    },
    {
      ...{ title: 'memory of the process at most', skipped: null },
      figures: starts.map(({ name, bytes }) => ({ name, median: bytes, unit: 'B' })),
    },
  ];
};
