import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';

const LIMIT_MS = 240_000;
/** Longer runs than it takes to kill them, and a line of some 150 bytes for each. */
const LONG = { sweep: [{ nodes: [100], days: 20 }], repeats: 12 };
const MANY = { sweep: [{ nodes: [1], days: 0.01 }], repeats: 400 };

let sandbox: Sandbox;
afterEach(() => sandbox.close());

const ties = (...args: string[]) => {
  const options = { cwd: sandbox.folder, env: sandbox.env, encoding: 'utf8' } as const;
  const { status, stderr } = spawnSync(
    sandbox.path('bin', 'ties'),
    ['experiment', ...args],
    options,
  );
  return { status, stderr };
};
const run = (...args: string[]) => ties('run', 'experiment.json', ...args);

test.runIf(process.env.TIES_SWEEP)(
  'killed, it is not taken for whole, and goes on where it was',
  async () => {
    sandbox = new Sandbox(LONG);
    const killed = spawn(
      sandbox.path('bin', 'ties'),
      ['experiment', 'run', 'experiment.json', '--out', 'out'],
      {
        ...{ cwd: sandbox.folder, env: sandbox.env, stdio: 'ignore' },
      },
    );
    const log = sandbox.path('out', 'runs.jsonl');
    while (!existsSync(log) || readFileSync(log, 'utf8').split('\n').length < 3) await wait(20);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const kept = readFileSync(log, 'utf8').split('\n').slice(0, -1);
    for (const args of [
      ['report', 'out'],
      ['compare', 'out', 'out'],
      ['merge', 'out', '--out', 'x'],
    ])
      expect(ties(...args)).toMatchObject({
        status: 2,
        stderr: expect.stringMatching(/^EXPERIMENT_INCOMPLETE: out holds \d+ of 12 runs/),
      });
    expect(run('--out', 'out').status).toBe(0);
    expect(readFileSync(log, 'utf8').split('\n').slice(0, kept.length)).toEqual(kept);
    rmSync(sandbox.path('x'), { recursive: true });
    run('--out', 'x');
    expect(sandbox.runs('out')).toEqual(sandbox.runs('x'));
  },
  LIMIT_MS,
);

test.runIf(process.env.TIES_SWEEP)(
  'on a full disk it says so and keeps what is whole, and goes on when there is room',
  () => {
    sandbox = new Sandbox(MANY);
    const script = `
      mkdir small && mount -t tmpfs -o size=48k tmpfs small
      ties experiment run experiment.json --out small/out 2>told; echo $? >status
      cp -r small/out left
      mount -o remount,size=2m small
      ties experiment run experiment.json --out small/out
      cp -r small/out out
      mount -o remount,ro small
      ties experiment run experiment.json --out small/out 2>locked || true`;
    sandbox.run('unshare', '--mount', 'sh', '-c', script);
    expect(readFileSync(sandbox.path('status'), 'utf8').trim()).toBe('2');
    expect(readFileSync(sandbox.path('told'), 'utf8')).toMatch(
      /EXPERIMENT_DISK: The disk is full.*make room, and give the same command again/,
    );
    // Neither half a line nor half a table.
    const lines = readFileSync(sandbox.path('left', 'runs.jsonl'), 'utf8').split('\n');
    expect(lines.at(-1)).toBe('');
    expect(lines.length).toBeGreaterThan(10);
    expect(readdirSync(sandbox.path('left')).sort()).toEqual([
      '.lock',
      'manifest.json',
      'runs.jsonl',
    ]);
    expect(ties('report', 'left').stderr).toMatch(/^EXPERIMENT_INCOMPLETE/);
    expect(sandbox.runs('out')).toHaveLength(400);
    expect(readFileSync(sandbox.path('locked'), 'utf8')).toMatch(
      /^EXPERIMENT_DISK: small\/out\/\.lock cannot be written \(EROFS\)/,
    );
  },
  LIMIT_MS,
);

test.runIf(process.env.TIES_SWEEP)(
  'what is wrong in a file is told at once, and nothing is written',
  () => {
    sandbox = new Sandbox({ colour: 1, sweep: [{ nodes: [10, -20], dayz: 1 }] });
    const { status, stderr } = run('--out', 'out');
    expect(status).toBe(2);
    for (const words of [/^EXPERIMENT_FILE/, /no "colour"/, /-20 is too small/, /no "dayz"/])
      expect(stderr).toMatch(words);
    expect(existsSync(sandbox.path('out'))).toBe(false);
  },
);
