import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly author?: string | { readonly name: string };
}

const OURS = `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: ties-runtime

Files: *
Copyright: the TIES maintainers
License: Apache-2.0
 On Debian systems the Apache License 2.0 stands in /usr/share/common-licenses/Apache-2.0.
`;

/**
 * debian/copyright: ours, and that of each npm package within, whose folders stand in `modules`. A
 * package of nothing but a native has no text of its own: what it was built from has.
 */
export const copyright = (modules: string, packages: readonly string[]): string => {
  const found = [...packages].sort().map((folder) => join(modules, folder));
  return [OURS, ...found.filter((folder) => !/-linux-\w+$/.test(folder)).map(paragraph)].join('\n');
};

const paragraph = (folder: string): string => {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const { name, version, license } = manifest;
  const texts = license === 'Apache-2.0' ? ['As above.'] : licenceTexts(folder);
  const fields = [
    `Files: npm/${name}`,
    `Copyright: ${holders(licenceTexts(folder), manifest).join('\n           ')}`,
    `License: ${license} as of ${name} ${version}`,
    ...texts.map(continued),
  ];
  return `${fields.join('\n')}\n`;
};

/** Of the package and of what is in it by others. */
const licenceTexts = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^(licen[cs]e|copying|copyright)/i.test(basename(path)))
    .filter((path) => !path.includes('node_modules/'))
    .sort()
    .map((path) => readFileSync(join(folder, path), 'utf8').trim());

const holders = (texts: readonly string[], { name, author }: Manifest): string[] => {
  const lines = texts.flatMap((text) => text.split('\n')).map((line) => line.trim());
  const found = lines.filter((line) => /^\W*copyright\W.*\w/i.test(line) && !/\[yyyy\]/.test(line));
  const written = typeof author === 'string' ? author : author?.name;
  return found.length > 0 ? [...new Set(found)] : [written ?? `the authors of ${name}`];
};

/** As a field goes on, where an empty line would end it. */
const continued = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`))
    .join('\n');
