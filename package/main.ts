import { copyFileSync, mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { command } from './command.ts';
import { edition } from './edition.ts';
import { productionModules } from './modules.ts';
import { writeSource } from './source.ts';
import { TARGETS } from './target.ts';

/** `npm run package [-- --arch arm64] [-- --out FOLDER]`: prints the path of each package it built. */
const { values } = parseArgs({
  options: {
    arch: { type: 'string', multiple: true, default: TARGETS.map(({ debian }) => debian) },
    out: { type: 'string', default: 'tmp/package' },
  },
});

const of = edition();
const out = resolve(values.out);
mkdirSync(out, { recursive: true });
for (const target of TARGETS.filter(({ debian }) => values.arch.includes(debian))) {
  const modules = productionModules(target, resolve('tmp/package/cache'));
  const folder = join(out, `build-${target.debian}`);
  const source = join(folder, 'source');
  await writeSource(source, { target, of, modules });
  const options = [
    '--build=binary',
    '--no-sign',
    '--no-check-builddeps',
    `--host-arch=${target.debian}`,
  ];
  command('dpkg-buildpackage', options, {
    cwd: source,
    env: { SOURCE_DATE_EPOCH: `${of.epochS}` },
  });
  const name = `ties_${of.version}_${target.debian}.deb`;
  copyFileSync(join(folder, name), join(out, name));
  const megabytes = statSync(join(out, name)).size / 1e6;
  process.stdout.write(`${join(out, name)}  ${megabytes.toFixed(1)} MB\n`);
}
