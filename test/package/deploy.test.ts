import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoleInput } from '../../config/role.ts';
import { debianImage, isTried } from './debian.ts';
import { Machine } from './machine.ts';
import { packageOf } from './packages.ts';
import { type SecureShell, secureShell } from './secure-shell.ts';

const LIMIT_MS = 600_000;

const ROLE: RoleInput = {
  ...{ role: 'center', name: 'CE' },
  tpm: { driver: 'swtpm', state: '/var/lib/ties/tpm' },
  radio: { driver: 'socket', path: '/run/air/air.sock' },
};

describe.runIf(isTried)('ties deploy', { timeout: LIMIT_MS }, () => {
  let machine: Machine;
  let ssh: SecureShell;
  let folder: string;
  beforeAll(async () => {
    machine = await Machine.boot(debianImage('machine'));
    ssh = await secureShell(machine, 'pi ALL=(ALL) NOPASSWD: ALL');
    folder = mkdtempSync(join(tmpdir(), 'ties-deploy-'));
  }, LIMIT_MS);
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    ssh.remove();
    await machine.stop();
  });

  const roleFile = (role: object): string => {
    const path = join(folder, 'role.json');
    writeFileSync(path, JSON.stringify(role));
    return path;
  };
  /** By its name for another architecture; more of it is not read. */
  const otherPackage = (): string => {
    const path = join(folder, 'ties_1_arm64.deb');
    writeFileSync(path, '');
    return path;
  };
  /** Its one line of JSON. */
  const deploy = async (destination: string, ...args: string[]) => {
    const child = spawn('node', ['dist/cli/ties.js', 'deploy', destination, '--json', ...args], {
      env: { ...process.env, PATH: `${ssh.path}:${process.env.PATH}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      once(child, 'close'),
    ]);
    return { exit: code, stderr, ...(stdout === '' ? {} : JSON.parse(stdout)) };
  };

  test('a role with faults goes nowhere', async () => {
    const answer = await deploy('pi', '--role', roleFile({ role: 'nod', name: 'N1' }));
    expect(answer).toEqual({ exit: 2, stderr: expect.stringContaining('is no role') });
  });

  test.each([
    ['nowhere', [], 'DEPLOY_UNREACHABLE'],
    ['pi', [], 'DEPLOY_NO_PACKAGE'],
    ['pi', ['--package', 'ARM64'], 'DEPLOY_ARCHITECTURE'],
    ['pi', ['--package', 'package.json'], 'DEPLOY_PACKAGE_NAME'],
    ['pi', ['--package', '/nowhere/ties_1_amd64.deb'], 'DEPLOY_PACKAGE_FILE'],
  ])('to %s with %j it ends with %s', async (destination, args, code) => {
    const answer = await deploy(
      destination,
      '--role',
      roleFile(ROLE),
      ...args.map((arg) => (arg === 'ARM64' ? otherPackage() : arg)),
    );
    expect(answer).toMatchObject({ exit: 2, ok: false, code });
  });

  test('a machine comes to run the role, in steps that each say what is missing', async () => {
    const all = ['--role', roleFile(ROLE), '--package', packageOf('amd64')];
    expect(await deploy('pi', ...all)).toMatchObject({
      code: 'DEPLOY_START',
      message: expect.stringMatching(/AIR_/),
    });
    await machine.run(
      ...['systemd-run', '--quiet', '--unit=air', '--property=RuntimeDirectory=air'],
      ...['--property=User=ties', 'ties', 'air', '--socket', '/run/air/air.sock'],
    );
    expect(await deploy('pi', ...all)).toMatchObject({
      code: 'DEPLOY_START',
      message: expect.stringMatching(/TPM_NOT_PROVISIONED/),
    });
    await machine.run('systemctl', 'stop', 'ties');
    const provision = ['ties', 'provision', '--config', '/etc/ties/role.json'];
    await machine.run('runuser', '--user', 'ties', '--', ...provision);
    expect(await deploy('pi', ...all)).toMatchObject({
      ...{ ok: true, package: 'kept', role: 'kept', service: 'restarted' },
      status: { name: 'CE', role: 'center', state: expect.stringMatching(/^running/) },
    });
  });

  test('a second time nothing is changed, and of a new role only what it says', async () => {
    expect(await deploy('pi', '--role', roleFile(ROLE))).toMatchObject({
      ...{ ok: true, package: 'kept', role: 'kept', service: 'kept' },
    });
    const renamed = roleFile({ ...ROLE, name: 'Center' });
    expect(await deploy('pi', '--role', renamed)).toMatchObject({
      ...{ ok: true, package: 'kept', role: 'written', service: 'restarted' },
      status: { name: 'Center' },
    });
  });

  test('a user who may not become root is told so', async () => {
    await machine.write('/etc/sudoers.d/pi', 'pi ALL=(ALL) ALL\n');
    const { code } = await deploy('pi', '--role', roleFile(ROLE));
    expect(code).toBe('DEPLOY_NO_ROOT');
  });
});
