import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { demoCommand } from '../../cli/demo.ts';
import { traceCommand } from '../../cli/trace.ts';
import { encodeFrame } from '../../transports/lora/frame.ts';
import { traced, traceOf } from '../trace/frames.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-trace-'));
  file = join(folder, 'a.pcapng');
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  rmSync(folder, { recursive: true });
});

const ROUTE = { net: 7, src: 2, dst: 1, seq: 5 } as const;
const FRAMES = [
  encodeFrame({
    ...{ type: 'data', ackWanted: true, ...ROUTE, index: 0, last: 0 },
    payload: Uint8Array.of(10, 0, 0, 0, 0, 9, 1),
  }),
  encodeFrame({ type: 'ack', snrMargin: 3, net: 7, dst: 2, seq: 5, bitmapBytes: 1, bitmap: 1 }),
  encodeFrame({
    ...{ type: 'data', ackWanted: true, ...ROUTE, seq: 6, src: 1, dst: 3, index: 0, last: 0 },
    payload: Uint8Array.of(11, 0, 0, 0, 0, 10, 1),
  }),
].map((frame, at) => traced({ frame, atNs: BigInt(at) * 1_000_000_000n }));

const ties = async (...args: string[]) => {
  const written = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const)
    vi.spyOn(process[stream], 'write').mockImplementation((text) => {
      written[stream] += text;
      return true;
    });
  const command = traceCommand();
  for (const each of command.commands)
    each.exitOverride().configureOutput({ writeErr: () => undefined });
  await command.parseAsync(args, { from: 'user' }).finally(() => vi.restoreAllMocks());
  return { exitCode: process.exitCode, ...written };
};

test('a message is a line, and the last line says how much there was', async () => {
  writeFileSync(file, traceOf(FRAMES));
  const { stdout, exitCode } = await ties('show', file);
  expect(exitCode).toBe(0);
  expect(stdout.split('\n').map((line) => line.replace(/ +/g, ' '))).toEqual([
    ' time from → to message counter bytes on air frames',
    ' 0.000 s 2 → CE K1 9 21 B 41 ms 2',
    ' 2.000 s CE → 3 K2.direct 10 15 B 23 ms 1',
    '3 frames read; shown 2 messages, 0.06 s on air',
    '',
  ]);
});

test.each([
  { options: ['--node', '3'], names: ['K2.direct'] },
  { options: ['--node', 'CE'], names: ['K1', 'K2.direct'] },
  { options: ['--node', '2', '--node', '3'], names: ['K1', 'K2.direct'] },
  { options: ['--message', 'k1'], names: ['K1'] },
  { options: ['--message', 'k1', '--message', 'K2.direct'], names: ['K1', 'K2.direct'] },
  { options: ['--since', '1.5'], names: ['K2.direct'] },
  { options: ['--until', '1.5', '--node', '3'], names: [] },
])('$options chooses $names', async ({ options, names }) => {
  writeFileSync(file, traceOf(FRAMES));
  const { stdout } = await ties('show', file, '--json', ...options);
  const lines = stdout.split('\n').filter((line) => line !== '');
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(names);
});

test('a sequence chart has a column a party and an arrow a message', async () => {
  writeFileSync(file, traceOf(FRAMES));
  expect((await ties('show', file, '--sequence')).stdout.split('\n')).toEqual([
    '                CE              2               3',
    '     0.000 s    │◀─────K1───────│               │  21 B',
    '     2.000 s    │───────────K2.direct──────────▶│  15 B, no acknowledgement',
    '',
  ]);
  expect((await ties('show', file, '--sequence', 'mermaid')).stdout.split('\n')).toEqual([
    ...['sequenceDiagram', '  participant p0 as CE', '  participant p1 as 2'],
    ...['  participant p2 as 3', '  p1->>p0: K1, 21 B', '  p0-xp2: K2.direct, 15 B', ''],
  ]);
});

test('what cannot be read is told, what can is shown, and the exit code says so', async () => {
  writeFileSync(file, traceOf(FRAMES).subarray(0, -5));
  const { stdout, stderr, exitCode } = await ties('show', file);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('2 frames read');
  expect(stderr).toMatch(
    /a\.pcapng: cut off: the last \d+ bytes are no whole block \(at byte \d+\)\n$/,
  );
});

test.each([
  ['that is not gzipped', (packed: Uint8Array) => packed.subarray(4)],
  ['that was cut off', (packed: Uint8Array) => packed.subarray(0, -12)],
])('a .gz %s is told of', async (_what, damaged) => {
  const packed = join(folder, 'a.pcapng.gz');
  writeFileSync(packed, gzipSync(traceOf(FRAMES)));
  expect((await ties('show', packed)).stdout).toContain('3 frames read');
  writeFileSync(packed, damaged(gzipSync(traceOf(FRAMES))));
  await expect(ties('show', packed)).rejects.toThrow(/TRACE_UNREADABLE|cannot be unpacked/);
});

test('a file that cannot be opened is told with what to do', async () => {
  await expect(ties('show', join(folder, 'none'))).rejects.toMatchObject({
    code: 'TRACE_UNREADABLE',
    message: expect.stringContaining('(ENOENT)'),
  });
  await expect(ties('show', folder)).rejects.toMatchObject({ code: 'TRACE_UNREADABLE' });
});

test.each([
  ['--message', 'K9', /Give one of J1, J2/],
  ['--since', 'noon', /Give seconds/],
  ['--sequence', 'svg', /Allowed choices are text, mermaid/],
])('%s %s is refused with what to give instead', async (option, value, message) => {
  await expect(ties('show', file, option, value)).rejects.toThrow(message);
});

test('ties demo --trace records what ties trace show tells of', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const options = ['--tpm', 'model', '--nodes', '1', '--trace', file];
  await demoCommand().parseAsync(options, { from: 'user' });
  vi.restoreAllMocks();
  const { stdout } = await ties('show', file, '--json', '--node', 'N1');
  const names = stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).message);
  expect(names.slice(0, 6)).toEqual(['J1', 'J2', 'J3', 'J4', 'J5', 'ack']);
});
