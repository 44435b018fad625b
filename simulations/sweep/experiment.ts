import { join } from 'node:path';
import { TiesError } from '../../protocol/errors.ts';
import type { Crew } from './crew.ts';
import {
  makeFolder,
  RUN_LOG,
  readManifest,
  requireAll,
  writeManifest,
  writeWhole,
} from './folder.ts';
import type { Manifest, Provenance } from './manifest.ts';
import { configHash, type Plan } from './plan.ts';
import { reportOf } from './report/report.ts';
import { RunLog } from './run-log.ts';
import { allRuns, runsOf, type Shard, WHOLE } from './runs.ts';
import { csvOf, parquetOf } from './tables.ts';

export interface Progress {
  readonly done: number;
  readonly of: number;
  /** Of those before, when this run of the command began. */
  readonly found: number;
}

export interface ExperimentInput {
  readonly plan: Plan;
  readonly folder: string;
  readonly shard?: Shard;
  readonly crew: Crew;
  readonly provenance: Provenance;
  readonly onProgress?: (progress: Progress) => void;
}

/**
 * Do all runs of an experiment, or of a shard, that its folder does not hold yet; then write the
 * tables and the page. Throws `EXPERIMENT_CHANGED` where the folder holds another experiment or
 * another program's results, and what a run or the disk throws.
 */
export const runExperiment = async (input: ExperimentInput): Promise<Manifest> => {
  const { plan, folder, shard = WHOLE, crew, onProgress = () => undefined } = input;
  makeFolder(folder);
  const manifest = begin(input);
  const due = runsOf(plan, shard);
  const log = new RunLog(join(folder, RUN_LOG));
  try {
    const known = new Set(log.rows.map(({ run }) => run));
    const left = due.filter(({ run }) => !known.has(run));
    let done = due.length - left.length;
    const found = done;
    onProgress({ done, of: due.length, found });
    await inParallel(left, crew.size, async (run) => {
      const { parameters, seed } = run;
      const { outputs, wallMs } = await crew.perform({ scenario: plan.scenario, parameters, seed });
      log.append({ ...run, outputs: kept(outputs, plan.outputs), wallMs: Math.round(wallMs) });
      done += 1;
      onProgress({ done, of: due.length, found });
    });
  } finally {
    log.close();
  }
  return finish(folder, manifest, input.provenance);
};

const kept = <T>(outputs: Readonly<Record<string, T>>, names?: readonly string[]) =>
  Object.fromEntries(Object.entries(outputs).filter(([name]) => names?.includes(name) ?? true));

/** The manifest as it stands, or a new one. */
function begin({ plan, folder, shard = WHOLE, provenance }: ExperimentInput): Manifest {
  const { dateAt, ...made } = provenance;
  const hash = configHash(plan);
  const known = readManifest(folder);
  if (known !== null) {
    const isOfThis =
      known.configHash === hash &&
      known.shard.number === shard.number &&
      known.shard.of === shard.of;
    if (!isOfThis || known.commit !== made.commit)
      throw new TiesError(
        'EXPERIMENT_CHANGED',
        isOfThis
          ? `${folder} was begun at commit ${known.commit}, this is ${made.commit}: their results do not mix. Give another --out, or check that commit out.`
          : `${folder} holds another experiment, or another shard of it. Give another --out.`,
      );
    return { ...known, plan };
  }
  const runs = runsOf(plan, shard).length;
  const seeds = allRuns(plan).map(({ seed }) => seed);
  const manifest: Manifest = {
    ...{ state: 'running', plan, configHash: hash, shard: { ...shard }, runs },
    seeds: [seeds[0] as number, seeds.at(-1) as number],
    ...made,
    ...{ begunAt: dateAt(), endedAt: null },
  };
  writeManifest(folder, manifest);
  return manifest;
}

/** Write what follows from the runs; that it is complete comes last. */
export const finish = (
  folder: string,
  manifest: Manifest,
  { dateAt }: Pick<Provenance, 'dateAt'>,
): Manifest => {
  const log = new RunLog(join(folder, RUN_LOG));
  log.close();
  requireAll(folder, manifest, log.rows);
  const rows = [...log.rows].sort((a, b) => a.run - b.run);
  const ended: Manifest = { ...manifest, state: 'complete', endedAt: manifest.endedAt ?? dateAt() };
  writeWhole(folder, 'runs.csv', csvOf(rows));
  writeWhole(folder, 'runs.parquet', parquetOf(rows, ended));
  writeWhole(folder, 'report.html', reportOf({ manifest: ended, rows }));
  writeManifest(folder, ended);
  return ended;
};

/** Each after the other, so many at once; the first that fails ends it when all begun have ended. */
async function inParallel<T>(
  items: readonly T[],
  size: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const waiting = items.values();
  const failures: unknown[] = [];
  const hand = async (): Promise<void> => {
    for (const item of waiting) {
      if (failures.length > 0) return;
      try {
        await act(item);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: size }, hand));
  if (failures.length > 0) throw failures[0];
}
