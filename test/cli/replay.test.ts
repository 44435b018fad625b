import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { demoCommand } from '../../cli/demo.ts';
import { replayCommand } from '../../cli/replay/command.ts';
import { wallClock } from '../../drivers/clock/wall.ts';
import { serveAir } from '../../simulations/air-socket/server.ts';
import { simulatedMedium } from '../../simulations/medium/medium.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import { traced, traceOf } from '../trace/frames.ts';

let folder: string;
let trace: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ties-replay-'));
  trace = join(folder, 'demo.pcapng');
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const demo = ['--tpm', 'model', '--nodes', '1', '--trace', trace];
  await demoCommand().parseAsync(demo, { from: 'user' });
  vi.restoreAllMocks();
});
afterAll(() => rmSync(folder, { recursive: true }));

const replay = async (...args: string[]) => {
  let said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  const parsing = replayCommand().parseAsync(args, { from: 'user' });
  await parsing.finally(() => vi.restoreAllMocks());
  const { exitCode } = process;
  process.exitCode = 0;
  return { said, exitCode };
};

test('a network refuses all of it, and the rule of each is told', async () => {
  const { said, exitCode } = await replay(trace, '--onto', 'demo', '--nodes', '1');
  expect(exitCode).toBe(0);
  expect(said).toMatch(/ CE {4}J1 of \d+ +refused: repeated\n/);
  expect(said).toMatch(/\d+ frames said, \d\.\d\d s on air\n/);
  expect(said).toMatch(/\d+ refused by repeated: A request came again: it was answered before\./);
});

test('a device that hears it does what it did', async () => {
  const { said, exitCode } = await replay(trace, '--through', 'CE', '--nodes', '1');
  expect(exitCode).toBe(0);
  expect(said).toMatch(/ CE {4}J3 of \d+ +taken up\n/);
  expect(said).toMatch(/\d+ frames sent, each as it was recorded\n$/);
  const { said: json } = await replay(trace, '--through', 'N1', '--nodes', '1', '--json');
  expect(JSON.parse(json)).toMatchObject({
    ok: true,
    news: expect.arrayContaining([expect.objectContaining({ type: 'node.joined' })]),
  });
});

test('a role file lends its radio', async () => {
  const path = join(folder, 'air.sock');
  const medium = simulatedMedium({ clock: wallClock, random: seededRandom(1, 'medium') });
  const air = await serveAir({ path, medium, clock: wallClock });
  const heard: string[] = [];
  medium.transmissions.subscribe(({ frame }) => heard.push(Buffer.from(frame).toString('hex')));
  const role = join(folder, 'attacker.json');
  const radio = { driver: 'socket', path };
  writeFileSync(role, JSON.stringify({ role: 'sniffer', name: 'attacker', radio, trace: {} }));
  const short = join(folder, 'short.pcapng');
  const frames = [Uint8Array.of(7, 1), Uint8Array.of(7, 2)];
  writeFileSync(short, traceOf(frames.map((frame) => traced({ frame }))));
  const { said, exitCode } = await replay(short, '--onto', role);
  expect([said, exitCode]).toEqual([expect.stringMatching(/^2 frames said/), 0]);
  expect(heard).toEqual(['0701', '0702']);
  await air.close();
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  writeFileSync(role, '{}');
  expect((await replay(short, '--onto', role)).exitCode).toBe(2);
});

test.each([
  { args: ['--through', 'N9', '--nodes', '1'], code: 'REPLAY_DEVICE' },
  { args: ['--through', 'N1', '--onto', 'demo'], code: 'REPLAY_TWICE' },
  { args: [], code: 'JOURNAL_MALFORMED' },
])('$code', async ({ args, code }) => {
  await expect(replay(trace, ...args)).rejects.toMatchObject({ code });
});
