import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NODE } from '../../package/target.ts';
import { debianImage, isTried } from './debian.ts';
import { packageOf, TRIED } from './packages.ts';

const LIMIT_MS = 600_000;

const isBuilt = TRIED.some(({ debian }) => debian === 'arm64');
if (isTried && !isBuilt) console.log('The package for arm64 is not tried: TIES_ARCH is another.');

describe.runIf(isTried && isBuilt)('the package on arm64', { timeout: LIMIT_MS }, () => {
  let image: string;
  let folder: string;
  beforeAll(() => {
    image = debianImage('arm64');
    folder = mkdtempSync(join(tmpdir(), 'ties-arm64-'));
    execFileSync('dpkg-deb', ['--extract', packageOf('arm64'), folder]);
  }, LIMIT_MS);
  afterAll(() => folder && rmSync(folder, { recursive: true }));

  const lib = (path: string): string => join(folder, 'usr/lib/ties', path);
  /** Its loader and libraries are found in the image. */
  const node = (...args: string[]): string =>
    execFileSync('qemu-aarch64-static', ['-L', image, join(image, 'usr/bin/node'), ...args], {
      encoding: 'utf8',
    }).trim();

  test('Node.js loads every native', () => {
    const load = ['koffi', 'lmdb', 'spi-device', 'i2c-bus', 'onoff']
      .map((name) => `require('${lib(`node_modules/${name}`)}')`)
      .join(';');
    const told = node('-p', `${load}; process.arch + ' ' + process.versions.modules`);
    expect(told).toBe(`arm64 ${NODE.abi}`);
  });

  test('ties says its version and checks a role file', () => {
    expect(node(lib('dist/cli/ties.js'), '--version')).toMatch(/^\d+\.\d+\.\d+/);
    const role = join(folder, 'role.json');
    writeFileSync(role, '{"role":"node","name":"N1"}');
    expect(node(lib('dist/cli/ties.js'), 'config', 'check', role)).toContain('nothing wrong');
  });
});
