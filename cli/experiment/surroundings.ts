import { execFileSync } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { koffiFfi } from '../../drivers/ffi/koffi.ts';
import { flock } from '../../drivers/lock/flock.ts';
import { TiesError } from '../../protocol/errors.ts';
import { type Crew, threads } from '../../simulations/sweep/crew.ts';
import { makeFolder } from '../../simulations/sweep/folder.ts';
import type { Provenance } from '../../simulations/sweep/manifest.ts';
import { diskFault } from '../../simulations/sweep/run-log.ts';
import { packageVersion } from '../version.ts';

/** Of the checkout that this program is of, `+changes` where it is not as committed; null outside one. */
const commit = (): string | null => {
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', import.meta.dirname, ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  try {
    // The checkout of somebody else's that this is installed in says nothing.
    if (git('ls-files', `${git('rev-parse', '--show-toplevel')}/cli/ties.ts`) === '') return null;
    const changes = git('status', '--porcelain', '--untracked-files=no');
    return `${git('rev-parse', 'HEAD')}${changes === '' ? '' : '+changes'}`;
  } catch {
    return null;
  }
};

export const provenance = (): Provenance => ({
  command: ['ties', ...process.argv.slice(2)].join(' '),
  commit: commit(),
  versions: { ties: packageVersion(), node: process.versions.node, v8: process.versions.v8 },
  machine: `${cpus()[0]?.model ?? process.arch}, ${cpus().length} CPUs, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`,
  dateAt: () => new Date().toISOString(),
});

export const CORES = availableParallelism();

/** What dies young is let die: a world of a thousand makes 100 MB of garbage in a virtual minute. */
const resourceLimits = { maxYoungGenerationSizeMb: 384 };

/** Threads of the program as it is built: Node 20 starts none from TypeScript. */
export const crewOf = (size: number): Crew => {
  const file = new URL('../../simulations/sweep/worker.js', import.meta.url);
  return threads(size, () => new Worker(file, { resourceLimits }));
};

const opened = (path: string): number => {
  try {
    return openSync(path, 'w');
  } catch (error) {
    throw diskFault(error);
  }
};

/**
 * Hold a folder for this process alone. Throws `EXPERIMENT_IN_USE` where another one has it, and
 * `EXPERIMENT_DISK` where it cannot be written.
 */
export const holding = async <T>(folder: string, act: () => Promise<T>): Promise<T> => {
  makeFolder(folder);
  const descriptor = opened(join(folder, '.lock'));
  try {
    if (!flock(koffiFfi)(descriptor))
      throw new TiesError(
        'EXPERIMENT_IN_USE',
        `Another ties experiment writes into ${folder}. Wait for it, or give another --out.`,
      );
    return await act();
  } finally {
    closeSync(descriptor);
  }
};
