import { join } from 'node:path';
import { applicationDisk } from './application.ts';
import type { Architecture } from './architecture.ts';
import { run } from './command.ts';
import { headerModule } from './header-module.ts';
import { initialDisk } from './initial-disk.ts';
import { debianKernel } from './kernel.ts';
import { rootDisk } from './root.ts';

/** Files that a machine starts from. */
export interface Image {
  readonly kernel: string;
  readonly initialDisk: string;
  /** Its own to write on. */
  readonly rootDisk: string;
  readonly applicationDisk: string;
}

/** Everything for a new machine, its disks in this folder; the first time it is fetched and built. */
export const makeImage = async (folder: string, architecture: Architecture): Promise<Image> => {
  const kernel = await debianKernel(architecture);
  const [module, initial, root] = await Promise.all([
    headerModule(kernel, architecture),
    initialDisk(kernel, architecture),
    rootDisk(kernel, architecture),
  ]);
  const disks = { rootDisk: join(folder, 'root'), applicationDisk: join(folder, 'application') };
  await run('cp', ['--sparse=always', root, disks.rootDisk]);
  await applicationDisk(module, architecture, disks.applicationDisk);
  return { kernel: kernel.image, initialDisk: initial, ...disks };
};
