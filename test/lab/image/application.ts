import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { WITH_NATIVES } from '../../../package/bundle.ts';
import { packageOf } from '../../package/packages.ts';
import type { Architecture } from './architecture.ts';
import { makeDisk } from './root.ts';

const AGENT = new URL('../guest/agent.ts', import.meta.url).pathname;
const DISK_SIZE = '16M';

/** The disk with what is under test: the package, the header's module and the agent. */
export const applicationDisk = async (
  module: string,
  { name }: Architecture,
  disk: string,
): Promise<void> => {
  const folder = mkdtempSync(`${disk}-`);
  try {
    cpSync(packageOf(name), join(folder, 'ties.deb'));
    cpSync(module, join(folder, 'virtual_pi.ko'));
    await bundleAgent(join(folder, 'agent'));
    // Natives are those of the package, once it is installed.
    symlinkSync('/usr/lib/ties/node_modules', join(folder, 'node_modules'));
    await makeDisk(folder, disk, DISK_SIZE);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

/** As the package has its own code: an emulated processor takes its time for each file. */
const bundleAgent = async (folder: string): Promise<void> => {
  await build({
    entryPoints: [AGENT],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    ...{ bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node20' },
    ...{
      external: [...WITH_NATIVES, 'ffi-napi', 'ref-napi', 'msgpackr-extract'],
      logLevel: 'error',
    },
    banner: {
      js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
    },
  });
};
