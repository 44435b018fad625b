import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { type Break, PROGRESS } from './breaks.ts';
import type { Found } from './search.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const NODE =
  "import { createRequire as requiring } from 'node:module'; const require = requiring('/');";

/** What the search finds in the code with one break in it; throws where the line is not there. */
export const exploreBroken = async (
  { file, line, instead, scenario, property }: Break,
  most: number,
): Promise<Found> => {
  const source = readFileSync(join(ROOT, file), 'utf8');
  if (source.split(line).length !== 2) throw new Error(`${file} has not once: ${line}`);
  const folder = mkdtempSync(join(tmpdir(), 'ties-broken-'));
  const outfile = join(folder, 'broken.mjs');
  try {
    await build({
      entryPoints: [join(ROOT, 'test/assurance/devices/scenarios.ts')],
      ...{ bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'silent' },
      banner: { js: NODE },
      plugins: [
        {
          name: 'break',
          setup: ({ onLoad }) =>
            onLoad({ filter: /\.ts$/ }, ({ path }) =>
              path === join(ROOT, file)
                ? { contents: source.replace(line, () => instead), loader: 'ts' }
                : undefined,
            ),
        },
      ],
    });
    const { exploreDevices, SCENARIOS } = await import(pathToFileURL(outfile).href);
    const isProgress = property === PROGRESS;
    const options = { properties: isProgress ? [] : [property], most, untilBroken: !isProgress };
    return await exploreDevices(SCENARIOS[scenario], options);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
