import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { TiesError } from '../../protocol/errors.ts';
import { type Manifest, manifestSchema } from './manifest.ts';
import { configHash } from './plan.ts';
import { diskFault, type Row, readRunLog } from './run-log.ts';
import { runsOf } from './runs.ts';

export const RUN_LOG = 'runs.jsonl';
const MANIFEST = 'manifest.json';

export const makeFolder = (path: string): void => {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw diskFault(error);
  }
};

/** A file of a folder all at once: it is the old one or the new one, whatever happens. */
export const writeWhole = (folder: string, name: string, contents: string | Uint8Array): void => {
  const [file, made] = [join(folder, name), join(folder, `${name}.new`)];
  try {
    writeFileSync(made, contents);
    sync(made);
    renameSync(made, file);
    sync(folder);
  } catch (error) {
    rmSync(made, { force: true });
    throw diskFault(error);
  }
};

const sync = (path: string): void => {
  const file = openSync(path, 'r');
  fsyncSync(file);
  closeSync(file);
};

export const writeManifest = (folder: string, manifest: Manifest): void =>
  writeWhole(folder, MANIFEST, `${JSON.stringify(manifest, null, 2)}\n`);

/** Null where there is none; throws `EXPERIMENT_MANIFEST` where it is not one. */
export const readManifest = (folder: string): Manifest | null => {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return null;
  try {
    return manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new TiesError(
      'EXPERIMENT_MANIFEST',
      `${path} is not what ties experiment run wrote. Restore it, or run the experiment into another folder.`,
      { cause },
    );
  }
};

/** Results that are whole. */
export interface Results {
  readonly manifest: Manifest;
  /** In the order of the experiment. */
  readonly rows: readonly Row[];
}

/**
 * What a finished experiment, or shard of one, has left. Throws `EXPERIMENT_INCOMPLETE` where it
 * was interrupted, and `EXPERIMENT_LOG` where runs are not those that the manifest promises.
 */
export const readResults = (folder: string): Results => {
  const manifest = readManifest(folder);
  if (manifest === null)
    throw new TiesError(
      'EXPERIMENT_INCOMPLETE',
      `There are no results in ${folder}: name the folder that ties experiment run --out wrote.`,
    );
  const { rows } = readRunLog(join(folder, RUN_LOG));
  if (manifest.state !== 'complete')
    throw new TiesError(
      'EXPERIMENT_INCOMPLETE',
      `${folder} holds ${rows.length} of ${manifest.runs} runs: it was interrupted. Give its command again, and it goes on: ${manifest.command}`,
    );
  requireAll(folder, manifest, rows);
  return { manifest, rows: [...rows].sort((a, b) => a.run - b.run) };
};

/** Each run that is due once, with the parameters and the seed that are due, and no other. */
export const requireAll = (folder: string, manifest: Manifest, rows: readonly Row[]): void => {
  const { plan, shard } = manifest;
  const due = new Map(runsOf(plan, shard).map((run) => [run.run, run]));
  const isDue = ({ run, seed, parameters }: Row): boolean =>
    due.get(run)?.seed === seed &&
    JSON.stringify(due.get(run)?.parameters) === JSON.stringify(parameters);
  const isWhole =
    manifest.configHash === configHash(plan) &&
    rows.length === due.size &&
    rows.every(isDue) &&
    new Set(rows.map(({ run }) => run)).size === due.size;
  if (!isWhole)
    throw new TiesError(
      'EXPERIMENT_LOG',
      `The runs in ${folder} are not those of its manifest. Restore the folder, or run the experiment into another one.`,
    );
};
