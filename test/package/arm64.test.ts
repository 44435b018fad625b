import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODE } from '../../package/target.ts';
import { debianImage, obstacle } from './debian.ts';
import { packageOf } from './packages.ts';

const LIMIT_MS = 600_000;
const QEMU = '/usr/bin/qemu-aarch64-static';
const LIB = '/usr/lib/ties';

describe.runIf(obstacle() === null)('the package on arm64', { timeout: LIMIT_MS }, () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'ties-arm64-'));
    // Not by Node.js, which follows the links of Debian's root to our own.
    execFileSync('cp', ['--archive', '--reflink=auto', `${debianImage('arm64')}/.`, root]);
    execFileSync('dpkg-deb', ['--extract', packageOf('arm64'), root]);
    cpSync(QEMU, join(root, QEMU));
  }, LIMIT_MS);
  afterAll(() => root && rmSync(root, { recursive: true }));

  /** By qemu's name: then the kernel has not to know whom to call for arm64. */
  const node = (...args: string[]): string =>
    execFileSync('chroot', [root, QEMU, '/usr/bin/node', ...args], { encoding: 'utf8' }).trim();

  test('Node.js loads every native', () => {
    const load = ['koffi', 'lmdb', 'spi-device', 'i2c-bus', 'onoff']
      .map((name) => `require('${LIB}/node_modules/${name}')`)
      .join(';');
    const told = node('-p', `${load}; process.arch + ' ' + process.versions.modules`);
    expect(told).toBe(`arm64 ${NODE.abi}`);
  });

  test('ties says its version and checks a role file', () => {
    expect(node(`${LIB}/dist/cli/ties.js`, '--version')).toMatch(/^\d+\.\d+\.\d+/);
    writeFileSync(join(root, 'role.json'), '{"role":"node","name":"N1"}');
    expect(node(`${LIB}/dist/cli/ties.js`, 'config', 'check', '/role.json')).toContain(
      'nothing wrong',
    );
  });
});
