import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TiesError } from '../../protocol/errors.ts';
import { inChunks, traced } from '../../test/trace/frames.ts';
import { GrowingFile, TraceFolder } from './files.ts';
import { readTrace, Troubles } from './reading.ts';
import { recordToFile, recordToFolder, recordToRing } from './recordings.ts';
import { TraceWriter } from './writer.ts';

let folder: string;
let faults: TiesError[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-trace-'));
  faults = [];
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

const failed = (fault: TiesError): void => void faults.push(fault);
const writer = () => new TraceWriter({ application: 'ties', comment: 'a test' }, 0);
const nth = (number: number) =>
  traced({
    frame: Uint8Array.of(number),
    channel: { ...traced().channel, spreadingFactor: 7 + (number % 2) },
  });

/** First bytes of the frames of a trace, and what of it could not be read. */
const read = async (path: string) => {
  const troubles = new Troubles();
  const numbers: (number | undefined)[] = [];
  for await (const batch of readTrace(inChunks(readFileSync(path)), troubles))
    numbers.push(...batch.map(({ frame }) => frame[0]));
  return [...numbers, ...troubles.lines()];
};

test('a file has every frame as soon as it was recorded', async () => {
  const path = join(folder, 'one.pcapng');
  const recording = recordToFile(path, writer());
  for (const number of [1, 2, 3]) recording.record(nth(number));
  expect(await read(path)).toEqual([1, 2, 3]);
  recording.close();
  expect(await read(path)).toEqual([1, 2, 3]);
});

test('files take turns by size, each opens by itself, and only the latest are kept', async () => {
  const recording = recordToFolder({
    ...{ folder: new TraceFolder(folder, 3), writer: writer(), fileBytes: 420, failed },
  });
  for (let number = 0; number < 12; number += 1) recording.record(nth(number));
  recording.close();
  const names = readdirSync(folder).sort();
  expect(names).toHaveLength(3);
  const read12 = await Promise.all(names.map((name) => read(join(folder, name))));
  expect(read12.flat()).toEqual([...read12.flat()].sort((a, b) => Number(a) - Number(b)));
  expect(read12.flat().at(-1)).toBe(11);
  expect(faults).toEqual([]);
});

test('another start goes on with the numbers', () => {
  for (let start = 0; start < 2; start += 1) {
    const input = { folder: new TraceFolder(folder, 9), writer: writer(), fileBytes: 1e6, failed };
    const recording = recordToFolder(input);
    recording.record(nth(start));
    recording.close();
  }
  expect(readdirSync(folder).sort()).toEqual(['trace-000001.pcapng', 'trace-000002.pcapng']);
});

test('a flush ends the file that grows, and tells its path', async () => {
  const input = { folder: new TraceFolder(folder, 9), writer: writer(), fileBytes: 1e6, failed };
  const recording = recordToFolder(input);
  expect(recording.flush()).toBeNull();
  recording.record(nth(1));
  const path = recording.flush() as string;
  recording.record(nth(2));
  recording.close();
  expect(await read(path)).toEqual([1]);
  expect(await read(join(folder, 'trace-000002.pcapng'))).toEqual([2]);
});

test('a ring keeps the latest frames, and writes nothing before it is flushed', async () => {
  const recording = recordToRing(300, {
    ...{ folder: new TraceFolder(folder, 9), writer: writer(), failed },
  });
  for (let number = 0; number < 200; number += 1) recording.record(nth(number));
  expect(readdirSync(folder)).toEqual([]);
  const path = recording.flush() as string;
  expect(await read(path)).toEqual([195, 196, 197, 198, 199]);
  expect(recording.flush()).toBeNull();
  recording.record(nth(200));
  expect(await read(recording.flush() as string)).toEqual([200]);
});

test('a disk that does not take it is told once, and the device goes on', async () => {
  const bad = join(folder, 'file');
  recordToFile(bad, writer()).close();
  const inFile = { folder: new TraceFolder(bad, 9), writer: writer(), fileBytes: 1e6, failed };
  const recording = recordToFolder(inFile);
  for (const number of [1, 2, 3]) recording.record(nth(number));
  recording.close();
  expect(faults.map(({ code }) => code)).toEqual(['TRACE_UNWRITABLE']);
  expect(() => recordToFile(join(bad, 'x'), writer())).toThrow(/cannot be written \(ENOTDIR\)/);
});

test('what a full disk took a part of has nothing behind it: another file begins', async () => {
  const good = new TraceFolder(folder, 9);
  const files = [new GrowingFile('/dev/full'), good.next()];
  const next = () => files.shift() ?? good.next();
  const recording = recordToFolder({ folder: { next }, writer: writer(), fileBytes: 1e6, failed });
  for (const number of [1, 2, 3]) recording.record(nth(number));
  recording.close();
  expect(faults.map(({ message }) => message)).toEqual([
    expect.stringContaining('/dev/full cannot be written'),
  ]);
  expect(await read(join(folder, 'trace-000001.pcapng'))).toEqual([2, 3]);
});
