import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { NEVER } from 'rxjs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { backupCommand } from '../../cli/backup.ts';
import { controlCommands } from '../../cli/control.ts';
import { provisionCommand } from '../../cli/provision.ts';
import { restoreCommand } from '../../cli/restore.ts';
import { runCommand } from '../../cli/run.ts';
import { wallClock } from '../../drivers/clock/wall.ts';
import { parseLabel } from '../../protocol/label.ts';
import type { Answers } from '../../runtime/control/answers.ts';
import { serveControl } from '../../runtime/control/server.ts';
import { ties } from './ties.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-cli-'));
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
  rmSync(folder, { recursive: true });
});

const control = (name: string): Command =>
  controlCommands().find((command) => command.name() === name) as Command;

const role = (content: object): string => {
  const file = join(folder, 'role.json');
  writeFileSync(file, JSON.stringify({ role: 'node', name: 'N1', ...content }));
  return file;
};

test.each([
  ['run', runCommand],
  ['provision', provisionCommand],
])('%s tells all faults of a role file, and exits with 2', async (_, command) => {
  const file = 'config/check/fixtures/wrong-type.json';
  const { exitCode, stdout, stderr } = await ties(command(), '--config', file);
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(stderr.split('\n')).toHaveLength(1 + 2 * 6 + 1);
  expect(stderr).toContain('     3:3  name: This is a number, 7.\n');
});

test('run ends with the words of the driver whose device is missing', async () => {
  const file = role({ tpm: { device: '/dev/tpmrm77' } });
  await expect(ties(runCommand(), '--config', file)).rejects.toMatchObject({
    code: 'TPM_UNAVAILABLE',
    message: expect.stringContaining('/dev/tpmrm77'),
  });
});

test('provision makes keys that stay, once, and a label that can be read', async () => {
  const file = role({ tpm: { driver: 'swtpm', state: join(folder, 'made', 'tpm') } });
  const first = await ties(provisionCommand(), '--config', file, '--json');
  expect(first.exitCode).toBe(0);
  expect(parseLabel(JSON.parse(first.stdout).label).devId).toHaveLength(12);
  const second = await ties(provisionCommand(), '--config', file);
  expect(second).toMatchObject({ exitCode: 2, stdout: '' });
  expect(second.stderr).toMatch(/^TPM_ALREADY_PROVISIONED: /);
});

test.each([
  ['status', []],
  ['nodes', []],
  ['admit', ['TIES1-']],
  ['window', ['open']],
  ['session', ['request', '3']],
  ['key', ['rotate']],
  ['rename', ['3', 'roof']],
  ['revoke', ['3', '--yes']],
  ['leave', ['--yes']],
  ['watch', []],
])('%s says where no daemon answers, and exits with 2', async (name, args) => {
  const socket = join(folder, 'none.sock');
  const told = await ties(control(name), ...args, '--socket', socket);
  expect(told).toMatchObject({ exitCode: 2, stdout: '' });
  expect(told.stderr).toMatch(/^CONTROL_UNREACHABLE: No daemon answers at .*: start it by typing/);
  const json = await ties(control(name), ...args, '--socket', socket, '--json');
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, code: 'CONTROL_UNREACHABLE' });
});

test.each(['0s', '10', '25h', '1d', '-5m', '1.5h', '99999h'])(
  'window open --for %s is refused',
  async (time) => {
    const open = control('window').commands[0] as Command;
    open.exitOverride().configureOutput({ writeErr: () => undefined });
    await expect(open.parseAsync(['--for', time], { from: 'user' })).rejects.toThrow(/10m/);
  },
);

test.each([
  ['revoke', ['3']],
  ['leave', []],
])('%s without --yes is not even asked', async (name, args) => {
  const command = control(name).exitOverride();
  await expect(ties(command, ...args)).rejects.toMatchObject({
    code: 'commander.missingMandatoryOptionValue',
  });
});

test('key rotate tells which keys stayed, exits with 1 for them, and asks for one peer or all', async () => {
  const socket = join(folder, 'control.sock');
  const asked: unknown[] = [];
  const rotations = [
    { peer: 3, reason: null, advice: null },
    { peer: 4, reason: 'unreachable', advice: null },
  ];
  const answers = {
    'key.rotate': ({ peer }: { peer: string | null }) => {
      asked.push(peer);
      return { rotations: peer === null ? rotations : rotations.slice(0, 1) };
    },
  } as unknown as Answers;
  const stop = await serveControl({ path: socket, clock: wallClock, answers, news: NEVER });
  const all = await ties(control('key'), 'rotate', '--socket', socket);
  const one = await ties(control('key'), 'rotate', 'Roof', '--socket', socket, '--json');
  await stop();
  expect(asked).toEqual([null, 'Roof']);
  expect(all.exitCode).toBe(1);
  expect(all.stdout.split('\n')).toEqual([
    '3: a new session key, confirmed',
    '4: the old one stays (unreachable). Type: ties explain unreachable',
    '',
  ]);
  expect(one).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('"ok":true') });
});

describe('a backup', () => {
  const PASSPHRASE = 'correct horse battery staple';
  const file = (name: string, content = ''): string => {
    const path = join(folder, name);
    if (content !== '') writeFileSync(path, content);
    return path;
  };
  const tpm = () => ({ driver: 'swtpm', state: join(folder, 'tpm') });

  test('without a daemon or a passphrase makes no file', async () => {
    const secret = ['--passphrase-file', file('secret', `${PASSPHRASE}\n`)];
    const socket = ['--socket', file('none.sock')];
    const told = async (...args: string[]) =>
      (await ties(backupCommand(), ...args, ...socket)).stderr;
    expect(await told(file('a'), ...secret)).toMatch(/^CONTROL_UNREACHABLE/);
    expect(await told(file('a'), '--passphrase-file', file('b'))).toMatch(
      /^BACKUP_PASSPHRASE: .*b/,
    );
    expect(existsSync(file('a'))).toBe(false);
  });

  test('that no backup is is told, and nothing is changed', async () => {
    const config = role({ tpm: tpm(), store: { directory: join(folder, 'store') } });
    const secret = ['--passphrase-file', file('secret', PASSPHRASE)];
    const restore = (from: string) =>
      ties(restoreCommand(), from, '--config', config, ...secret, '--json');
    const told = async (from: string) => {
      const { exitCode, stdout } = await restore(from);
      return { exitCode, code: JSON.parse(stdout).code };
    };
    expect(await told(file('a', 'text'))).toEqual({ exitCode: 2, code: 'BACKUP_MALFORMED' });
    expect(await told(file('missing'))).toEqual({ exitCode: 2, code: 'BACKUP_FILE' });
    expect(existsSync(join(folder, 'store'))).toBe(false);
  });
});
