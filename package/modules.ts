import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.ts';
import { nodeHeaders } from './headers.ts';
import { NODE, type Target } from './target.ts';

/** Natives that npm has no builds of. */
const COMPILED = ['spi-device', 'i2c-bus', 'epoll'] as const;

/**
 * A folder with the production `node_modules` of a target, its natives compiled for it, on whatever
 * machine this runs. It is kept in `cache` for as long as the lock file is the same.
 */
export const productionModules = (target: Target, cache: string): string => {
  const lock = readFileSync('package-lock.json');
  const key = createHash('sha256').update(lock).update(`${NODE.abi}`).digest('hex').slice(0, 16);
  const folder = join(cache, `modules-${target.npm}-${key}`);
  const done = join(folder, 'done');
  if (existsSync(done)) return folder;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) cpSync(file, join(folder, file));
  const place = ['--os=linux', `--cpu=${target.npm}`, '--libc=glibc'];
  command('npm', ['ci', '--omit=dev', '--ignore-scripts', ...place], { cwd: folder });
  for (const name of COMPILED) compile(join(folder, 'node_modules', name), target, cache);
  writeFileSync(done, '');
  return folder;
};

const compile = (folder: string, { debian, npm, triplet }: Target, cache: string): void => {
  const flags = (name: string): string =>
    command('dpkg-buildflags', ['--get', name], {
      cwd: folder,
      env: { DEB_HOST_ARCH: debian, DEB_BUILD_MAINT_OPTIONS: 'hardening=+all' },
    }).trim();
  const env = {
    ...{ CC: `${triplet}-gcc`, CXX: `${triplet}-g++`, AR: `${triplet}-ar` },
    CXXFLAGS: `${flags('CPPFLAGS')} ${flags('CXXFLAGS')}`,
    LDFLAGS: flags('LDFLAGS'),
  };
  const headers = nodeHeaders(cache);
  command('node-gyp', ['rebuild', `--arch=${npm}`, `--nodedir=${headers}`, '--jobs=max'], {
    cwd: folder,
    env,
  });
};
