import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './command.ts';
import { makeDisk } from './root.ts';

const REPOSITORY = new URL('../../../', import.meta.url).pathname;
const DISK_SIZE = '256M';

interface LockFile {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean; readonly link?: boolean }>>;
}

/** The disk with what is under test: ties, the header's module and the agent. */
export const applicationDisk = async (module: string, disk: string): Promise<void> => {
  const folder = mkdtempSync(`${disk}-`);
  try {
    cpSync(module, join(folder, 'virtual_pi.ko'));
    await compileAgent(join(folder, 'agent'));
    copyTies(join(folder, 'ties'));
    await run('ln', ['-s', '../ties/node_modules', join(folder, 'agent/node_modules')]);
    await makeDisk(folder, disk, DISK_SIZE);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const compileAgent = async (folder: string): Promise<void> => {
  const project = join(REPOSITORY, 'test/lab/guest/tsconfig.json');
  mkdirSync(folder);
  await run(join(REPOSITORY, 'node_modules/.bin/tsc'), ['-p', project, '--outDir', folder]);
  cpSync(join(REPOSITORY, 'package.json'), join(folder, 'package.json'));
};

/** What `npm run build` made, and the packages it needs to run. */
const copyTies = (folder: string): void => {
  mkdirSync(folder);
  for (const part of ['package.json', 'dist', 'config/role.schema.json', 'config/examples'])
    cpSync(join(REPOSITORY, part), join(folder, part), { recursive: true });
  const lock = JSON.parse(readFileSync(join(REPOSITORY, 'package-lock.json'), 'utf8')) as LockFile;
  for (const [path, { dev = false }] of Object.entries(lock.packages))
    if (path !== '' && !dev && existsSync(join(REPOSITORY, path)))
      cpSync(join(REPOSITORY, path), join(folder, path), { recursive: true, dereference: true });
};
