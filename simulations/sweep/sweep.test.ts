import {
  appendFileSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parquetReadObjects } from 'hyparquet';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareResults } from './compare.ts';
import type { Crew } from './crew.ts';
import { type ExperimentInput, runExperiment } from './experiment.ts';
import { readResults } from './folder.ts';
import { mergeShards } from './merge.ts';
import { perform } from './perform.ts';
import { parsePlan } from './plan.ts';
import { type Row, RunLog, readRunLog } from './run-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-sweep-'));
});
afterEach(() => rmSync(folder, { recursive: true }));
const at = (...names: string[]): string => join(folder, ...names);

const FILE = {
  ...{ title: 'A test', question: 'How many arrive?', scenario: 'aloha', repeats: 2, seed: 5 },
  sweep: [{ nodes: [10, 20], days: 0.02, model: ['lorasim', 'simple'] }],
  outputs: ['deliveryRatio', 'sent'],
  charts: [{ title: 'Arrived', x: 'nodes', y: 'deliveryRatio', series: 'model' }],
};
const planOf = (given: object = {}) => parsePlan(JSON.stringify({ ...FILE, ...given }), 'test');

const provenance = {
  ...{ command: 'ties experiment run', commit: 'c0ffee', versions: {}, machine: 'a test' },
  dateAt: () => '2026-01-01T00:00:00Z',
};
const meter = { wallMs: () => 0, cpuMs: () => 0, heapBytes: () => 0 };
/** In this thread; after so many runs the power is cut. */
const crew = (runs = Number.POSITIVE_INFINITY): Crew & { done: number } => {
  const made = {
    ...{ size: 2, done: 0, end: async () => undefined },
    perform: async (task: Parameters<Crew['perform']>[0]) => {
      if (made.done >= runs) throw new Error('power cut');
      made.done += 1;
      return perform(task, meter);
    },
  };
  return made;
};
const run = (name: string, given: Partial<ExperimentInput> = {}) =>
  runExperiment({ plan: planOf(), folder: at(name), crew: crew(), provenance, ...given });
const files = (name: string): string[] =>
  ['runs.csv', 'report.html', 'manifest.json'].map((file) => readFileSync(at(name, file), 'utf8'));

describe('an experiment', () => {
  test('gives the same results in any order, shards and number of interruptions', async () => {
    await run('whole');
    await expect(run('cut', { crew: crew(3) })).rejects.toThrow('power cut');
    expect(() => readResults(at('cut'))).toThrow(/3 of 8 runs: it was interrupted/);
    // What the cut left of a line is no run.
    appendFileSync(at('cut', 'runs.jsonl'), '{"run":7,"parameters":{"nodes"');
    const second = crew();
    await run('cut', { crew: second });
    expect(second.done).toBe(5);
    expect(files('cut')).toEqual(files('whole'));

    for (const number of [1, 2, 3]) await run(`s${number}`, { shard: { number, of: 3 } });
    mergeShards([at('s3'), at('s1'), at('s2')], at('merged'), provenance);
    expect(files('merged')).toEqual(files('whole'));
  });

  test('is read by others as it is', async () => {
    await run('whole');
    const { rows, manifest } = readResults(at('whole'));
    const [head = '', first = ''] = (files('whole')[0] as string).split('\r\n');
    expect(first.split(',')[head.split(',').indexOf('sent')]).toBe(`${rows[0]?.outputs.sent}`);
    const { buffer } = Uint8Array.from(readFileSync(at('whole', 'runs.parquet')));
    const read = await parquetReadObjects({ file: buffer });
    expect(read).toHaveLength(manifest.runs);
    expect(read[3]).toMatchObject({ ...rows[3]?.parameters, ...rows[3]?.outputs });
  });

  test('mixes with no other: not its file, its commit, nor another shard', async () => {
    await run('whole');
    const changed = { code: 'EXPERIMENT_CHANGED' };
    await expect(run('whole', { plan: planOf({ seed: 6 }) })).rejects.toMatchObject(changed);
    await expect(run('whole', { shard: { number: 1, of: 2 } })).rejects.toMatchObject(changed);
    const newer = { ...provenance, commit: 'decade' };
    await expect(run('whole', { provenance: newer })).rejects.toMatchObject(changed);
    // Other words are no other experiment.
    await run('whole', { plan: planOf({ title: 'The same' }) });
    expect(files('whole')[1]).toContain('The same');
  });

  test('keeps what was done where the disk is full', async () => {
    await run('whole');
    const [first, second] = readResults(at('whole')).rows as [Row, Row];
    const path = at('runs.jsonl');
    let isFull = false;
    const write = ((file: number, bytes: Uint8Array, offset: number, length: number) => {
      if (!isFull) return writeSync(file, bytes, offset, length);
      writeSync(file, bytes, offset, length >> 1);
      throw Object.assign(new Error('full'), { code: 'ENOSPC' });
    }) as typeof writeSync;
    const log = new RunLog(path, write);
    log.append(first);
    isFull = true;
    expect(() => log.append(second)).toThrow(
      expect.objectContaining({
        code: 'EXPERIMENT_DISK',
        message: expect.stringMatching(/disk is full.*make room/),
      }),
    );
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify(first)}\n`);
    isFull = false;
    log.append(second);
    log.close();
    expect(readRunLog(path).rows).toEqual([first, second]);
  });

  test('is not whole where its runs are not those it promises', async () => {
    await run('whole');
    const lines = readFileSync(at('whole', 'runs.jsonl'), 'utf8').split('\n').slice(0, -1);
    const spoilt = {
      ...{ one: lines.slice(1), twice: [...lines.slice(1), lines[1] as string] },
      seed: lines.map((line) => line.replace('"seed":5', '"seed":7')),
      damaged: lines.map((line, nth) => (nth === 2 ? line.slice(0, 9) : line)),
    };
    for (const [name, kept] of Object.entries(spoilt)) {
      cpSync(at('whole'), at(name), { recursive: true });
      writeFileSync(at(name, 'runs.jsonl'), `${kept.join('\n')}\n`);
      expect(() => readResults(at(name)), name).toThrow(
        expect.objectContaining({ code: 'EXPERIMENT_LOG' }),
      );
    }
  });
});

describe('shards', () => {
  beforeEach(async () => {
    for (const number of [1, 2]) await run(`s${number}`, { shard: { number, of: 2 } });
  });
  const merging =
    (...names: string[]) =>
    () =>
      mergeShards(
        names.map((name) => at(name)),
        at('merged'),
        provenance,
      );

  test('are all there, once, finished and of one experiment', async () => {
    expect(merging('s1')).toThrow(/Of 2 shards 2 is missing.*--shard 2\/2/);
    expect(merging('s1', 's2', 's1')).toThrow(/named twice/);
    await run('other', { plan: planOf({ seed: 9 }), shard: { number: 2, of: 2 } });
    expect(merging('s1', 'other')).toThrow(/other is not of the same experiment/);
    await run('late', { shard: { number: 2, of: 2 }, crew: crew(1) }).catch(() => undefined);
    expect(merging('s1', 'late')).toThrow(/was interrupted/);
    expect(merging('s1', 's2')).not.toThrow();
    expect(merging('s1', 's2')).toThrow(/holds results already/);
  });
});

test('what differs between two is told from chance', async () => {
  const given = { repeats: 4, sweep: [{ nodes: 50, days: 0.05 }], charts: [] };
  await run('a', { plan: planOf(given) });
  await run('b', { plan: planOf({ ...given, seed: 50 }) });
  const [ratio] = compareResults(readResults(at('a')), readResults(at('b')));
  expect(ratio).toMatchObject({ output: 'deliveryRatio', isClear: false });
  const worse = readResults(at('b'));
  const rows = worse.rows.map((row) => ({
    ...row,
    outputs: { deliveryRatio: 0.1 + row.repeat / 1e3 },
  }));
  const [clear] = compareResults(readResults(at('a')), { ...worse, rows });
  expect(clear?.isClear).toBe(true);
  expect(clear?.difference).toBeLessThan(0);
});

test('a folder that cannot be made is told by its name', async () => {
  writeFileSync(at('file'), '');
  await expect(run('file')).rejects.toMatchObject({
    code: 'EXPERIMENT_DISK',
    message: expect.stringMatching(/file cannot be written \(EEXIST\).*another --out/),
  });
});

test.each<[object, RegExp]>([
  [{ colour: 1 }, /the file: there is no "colour"/],
  [{ colour: 1, sweep: [{ nodes: -1, nods: 3 }] }, /"colour".*nodes: -1.*"nods"/s],
  [{ scenario: 'alloha' }, /scenario: "alloha" is none of "aloha"/],
  [{ repeats: 0 }, /repeats: 0 is too small: at least 1/],
  [{ repeats: undefined }, /repeats: it is missing/],
  [{ seed: 1.5 }, /seed: 1.5 should be a whole number/],
  [{ sweep: [{ nodes: [10, -1] }] }, /sweep\[0\].nodes: -1 is too small/],
  [{ sweep: [{ nodes: 10, nods: 3 }] }, /sweep\[0\]: there is no "nods"/],
  [{ sweep: [{ nodes: 10, model: 'lora' }] }, /sweep\[0\].model: "lora" is none of "lorasim"/],
  [{ sweep: [{ days: 1 }], charts: [] }, /sweep\[0\].nodes: it is missing/],
  [{ outputs: ['delivered'] }, /outputs: aloha has no "delivered", but deliveryRatio/],
  [{ outputs: ['sent'] }, /charts\[0\].y: "deliveryRatio" is not kept/],
  [{ charts: [{ title: 'T', x: 'node', y: 'sent' }] }, /charts\[0\].x: no run has a "node"/],
])('%j is refused', (given, words) => {
  expect(() => planOf(given)).toThrow(expect.objectContaining({ code: 'EXPERIMENT_FILE' }));
  expect(() => planOf(given)).toThrow(words);
});

test('what is no JSON, or no file, is refused', () => {
  expect(() => parsePlan('{"title": ', 'x.json')).toThrow(
    /x.json is no experiment:\n {2}It is not JSON/,
  );
});
