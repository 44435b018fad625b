import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { arch } from 'node:os';
import { join } from 'node:path';
import type { Architecture } from './architecture.ts';
import { openArchive, thisRelease } from './archive.ts';
import { cached } from './cache.ts';
import { run } from './command.ts';
import type { Kernel } from './kernel.ts';
import { packagesIn, unpack } from './packages.ts';

const SOURCES = new URL('../kernel/', import.meta.url).pathname;

/** The kernel module of `../kernel`, compiled for this kernel. */
export const headerModule = async (
  { version }: Kernel,
  architecture: Architecture,
): Promise<string> => {
  const sources = readdirSync(SOURCES).map(
    (file) => [file, readFileSync(join(SOURCES, file), 'utf8')] as const,
  );
  const { name, cross } = architecture;
  const folder = await cached(
    { name: `module-${name}`, inputs: { version, sources } },
    async (made) => {
      const headers = await kernelHeaders(version, architecture);
      for (const [file, text] of sources) writeFileSync(join(made, file), text);
      const compiler =
        cross === null ? [] : [`ARCH=${cross.arch}`, `CROSS_COMPILE=${cross.prefix}`];
      await run('make', ['-s', '-C', headers, `M=${made}`, ...compiler, 'modules']);
    },
  );
  return join(folder, 'virtual_pi.ko');
};

/** The folder to build modules in. */
const kernelHeaders = async (version: string, { name }: Architecture): Promise<string> => {
  const release = thisRelease();
  const folder = await cached({ name: `headers-${name}`, inputs: { version } }, async (made) => {
    const target = await openArchive(release, name);
    const here = await openArchive(release, arch() === 'arm64' ? 'arm64' : 'amd64');
    const headers = `linux-headers-${version}`;
    const wanted = await target.dependenciesOf(headers);
    const named = (pattern: RegExp): string => pattern.exec(wanted)?.[0] ?? headers;
    await target.fetch([headers, named(/linux-headers-[^\s,]+-common/)], made);
    // The tools run here.
    await here.fetch([named(/linux-kbuild-[^\s,]+/)], made);
    for (const file of packagesIn(made)) await unpack(file, join(made, 'root'));
  });
  const headers = join(folder, `root/usr/src/linux-headers-${version}`);
  const makefile = join(headers, 'Makefile');
  const text = readFileSync(makefile, 'utf8');
  writeFileSync(makefile, text.replaceAll(/(?<=\s)\/usr\/src/g, join(folder, 'root/usr/src')));
  return headers;
};
