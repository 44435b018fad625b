import { TiesError } from '../../protocol/errors.ts';
import { finish } from './experiment.ts';
import {
  makeFolder,
  type Results,
  RUN_LOG,
  readManifest,
  readResults,
  writeWhole,
} from './folder.ts';
import type { Manifest, Provenance } from './manifest.ts';
import { WHOLE } from './runs.ts';

/**
 * Put the shards of one experiment together into a folder that holds nothing yet. Throws
 * `EXPERIMENT_SHARDS` where one is missing, twice there or of another experiment, and
 * `EXPERIMENT_INCOMPLETE` where one was interrupted.
 */
export const mergeShards = (
  folders: readonly string[],
  into: string,
  provenance: Provenance,
): Manifest => {
  const shards = folders.map(readResults);
  const [first] = shards;
  if (first === undefined) throw shardFault('Name the folders of the shards.');
  requireAlike(folders, shards);
  requireEach(shards);
  if (readManifest(into) !== null)
    throw shardFault(`${into} holds results already. Give a folder that holds none.`);
  makeFolder(into);
  const rows = shards.flatMap((shard) => shard.rows).sort((a, b) => a.run - b.run);
  writeWhole(into, RUN_LOG, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const { begunAt } = first.manifest;
  const merged: Manifest = {
    ...first.manifest,
    ...{ shard: { ...WHOLE }, runs: rows.length, command: provenance.command },
    begunAt: shards.map(({ manifest }) => manifest.begunAt).sort()[0] ?? begunAt,
    endedAt:
      shards
        .map(({ manifest }) => manifest.endedAt ?? '')
        .sort()
        .at(-1) ?? null,
  };
  return finish(into, merged, provenance);
};

const shardFault = (message: string): TiesError => new TiesError('EXPERIMENT_SHARDS', message);

function requireAlike(folders: readonly string[], shards: readonly Results[]): void {
  const { configHash, commit, shard } = (shards[0] as Results).manifest;
  shards.forEach(({ manifest }, at) => {
    const isAlike =
      manifest.configHash === configHash &&
      manifest.commit === commit &&
      manifest.shard.of === shard.of;
    if (!isAlike)
      throw shardFault(
        `${folders[at]} is not of the same experiment, commit and number of shards as ${folders[0]}.`,
      );
  });
}

function requireEach(shards: readonly Results[]): void {
  const { of } = (shards[0] as Results).manifest.shard;
  const there = shards.map(({ manifest }) => manifest.shard.number);
  const numbers = Array.from({ length: of }, (_, at) => at + 1);
  const missing = numbers.filter((number) => !there.includes(number));
  if (missing.length > 0)
    throw shardFault(
      `Of ${of} shards ${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing: run ties experiment run --shard ${missing[0]}/${of}, and name its folder too.`,
    );
  if (there.length > of) throw shardFault('A shard is named twice. Name each once.');
}
