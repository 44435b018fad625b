import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bytesOf, run } from './command.ts';

/** `.deb`s in a folder. */
export const packagesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .sort()
    .map((name) => join(folder, name));

/** Put a package's files into a folder, all its own; `only` are tar's patterns. Returns their paths. */
export const unpack = async (
  packageFile: string,
  folder: string,
  { only = [], without = [] }: { only?: readonly string[]; without?: readonly string[] } = {},
): Promise<string[]> => {
  mkdirSync(folder, { recursive: true });
  const input = await bytesOf('dpkg-deb', ['--fsys-tarfile', packageFile]);
  const told = await run(
    'tar',
    [
      ...['--extract', '--verbose', '--directory', folder],
      ...['--no-same-owner', '--keep-directory-symlink'],
      ...without.map((pattern) => `--exclude=${pattern}`),
      ...(only.length === 0 ? [] : ['--wildcards', ...only]),
    ],
    { input },
  );
  return told.trim().split('\n').map(installedPath);
};

/** As dpkg has it: `./usr/bin/` is `/usr/bin`, and the root `/.`. */
const installedPath = (path: string): string => {
  const inside = path.replace(/^\.\//, '').replace(/\/$/, '');
  return `/${inside === '' ? '.' : inside}`;
};

/** The control file of a package. */
export const controlOf = (packageFile: string): Promise<string> =>
  run('dpkg-deb', ['--field', packageFile]);
