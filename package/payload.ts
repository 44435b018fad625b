import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { WITH_NATIVES } from './bundle.ts';
import { packagesOf } from './npm-packages.ts';
import { NODE, type Target } from './target.ts';

/** The natives of a target, and what looks for them. */
const natives = ({ npm }: Target): readonly string[] =>
  [
    `@koromix/koffi-linux-${npm}/index.js`,
    `@koromix/koffi-linux-${npm}/linux_${npm}/koffi.node`,
    `@lmdb/lmdb-linux-${npm}/index.js`,
    `@lmdb/lmdb-linux-${npm}/node.abi${NODE.abi}.glibc.node`,
    'spi-device/build/Release/spi.node',
    'i2c-bus/build/Release/i2c.node',
    'epoll/build/Release/epoll.node',
  ].map((file) => `node_modules/${file}`);

/**
 * Copy what is loaded of the packages that are not bundled, from the modules in the folder `from` to
 * `to`: their natives for the target, and the files that import each other. Returns the names of
 * these packages.
 */
export const copyPayload = async (
  target: Target,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<readonly string[]> => {
  const files = [...(await loadedFiles(from)), ...natives(target)];
  const packages = packagesOf(files);
  for (const file of new Set([
    ...files,
    ...packages.map((name) => `node_modules/${name}/package.json`),
  ]))
    cpSync(join(from, file), join(to, file));
  return packages;
};

/** All that these packages load, required or imported, as esbuild finds it. */
const loadedFiles = async (from: string): Promise<string[]> => {
  const lines = WITH_NATIVES.map((name) => `import '${name}'; require('${name}');`);
  const { metafile } = await build({
    stdin: { contents: lines.join('\n'), resolveDir: from },
    absWorkingDir: from,
    ...{ bundle: true, platform: 'node', format: 'esm', write: false, metafile: true },
    ...{ outdir: from, logLevel: 'error', external: ['@koromix/*', 'msgpackr-extract'] },
  });
  return Object.keys(metafile.inputs).filter((file) => file.startsWith('node_modules/'));
};
