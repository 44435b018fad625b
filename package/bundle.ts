import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { packagesOf } from './npm-packages.ts';

const DIST = resolve('dist');

/** npm packages that look for their natives beside them, and so stay what they are. */
export const WITH_NATIVES = ['koffi', 'lmdb', 'spi-device', 'i2c-bus', 'onoff'] as const;

/** Not in the package: ffi-napi has no build that fits, msgpackr goes without its native, a device without elkjs. */
const LEFT_OUT = ['ffi-napi', 'ref-napi', 'msgpackr-extract', 'elkjs'] as const;

/** What a file finds by its own place is found from where that stands in `dist/`. */
const placesKept: Plugin = {
  name: 'places-kept',
  setup: ({ onLoad }) => {
    onLoad({ filter: /\/dist\/.*\.js$/ }, ({ path }) => {
      if (!path.startsWith(`${DIST}/`)) return undefined;
      const dist = 'import.meta.url.replace(/^(.*\\/dist\\/).*/, "$1")';
      const place = `new URL(${JSON.stringify(relative(DIST, path))}, ${dist}).href`;
      return { contents: readFileSync(path, 'utf8').replaceAll('import.meta.url', place) };
    });
  },
};

/** CommonJS packages within want a `require`. */
const REQUIRE = `import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);`;

/** Not whichever Node.js the user's PATH finds: the natives fit Debian's. */
const SHEBANG = '#!/usr/bin/node';

/**
 * Write `dist/` into the folder `to` with our own code and most npm packages in a few files: Node.js
 * takes about a millisecond for each file it loads, on a Pi several. Returns the names of the npm
 * packages within.
 */
export const bundle = async (to: string): Promise<readonly string[]> => {
  const { metafile } = await build({
    // A thread begins with a file of its own.
    entryPoints: ['dist/cli/ties.js', 'dist/simulations/sweep/worker.js'],
    metafile: true,
    ...{ outdir: to, outbase: 'dist', chunkNames: 'cli/[name]-[hash]' },
    ...{ bundle: true, splitting: true, platform: 'node', format: 'esm', target: 'node20' },
    ...{ minifyWhitespace: true, minifySyntax: true, legalComments: 'none', logLevel: 'error' },
    external: [...WITH_NATIVES, ...LEFT_OUT],
    banner: { js: REQUIRE },
    plugins: [placesKept],
  });
  const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' });
  for (const file of files.filter(isAsset)) cpSync(join(DIST, file), join(to, file));
  const entry = join(to, 'cli/ties.js');
  const code = readFileSync(entry, 'utf8').replace(/^#!.*/, SHEBANG);
  writeFileSync(entry, code, { mode: 0o755 });
  return packagesOf(Object.keys(metafile.inputs));
};

/** Neither code, which is bundled, nor a folder; a page is both built and bundled already. */
const isAsset = (file: string): boolean =>
  statSync(join(DIST, file)).isFile() &&
  (file.startsWith('web/page/') || !/\.(js|d\.ts)$/.test(file));
