import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { tiesProgram } from '../cli/program.ts';
import { bundle } from './bundle.ts';
import { commandTree } from './command-tree.ts';
import { bashCompletion } from './completion.ts';
import { copyright } from './copyright.ts';
import type { Edition } from './edition.ts';
import { manPage } from './man-page.ts';
import { copyPayload } from './payload.ts';
import { NODE, type Target } from './target.ts';

/** What debhelper installs as it is. */
const AS_IT_IS = ['CHANGELOG.md', 'docs/deploy.md', 'config'];

/**
 * Write into `folder` what debhelper makes a package of: our code and that of npm as it is installed,
 * and `debian/` with all that follows from them. `modules` is what `productionModules` returned.
 */
export const writeSource = async (
  folder: string,
  { target, of, modules }: { target: Target; of: Edition; modules: string },
): Promise<void> => {
  rmSync(folder, { recursive: true, force: true });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const path of AS_IT_IS) cpSync(path, join(folder, path), { recursive: true });
  cpSync('package/debian', join(folder, 'debian'), { recursive: true });

  const lib = join(folder, 'lib');
  const packages = [
    ...(await bundle(join(lib, 'dist'))),
    ...(await copyPayload(target, { from: modules, to: lib })),
  ];
  write('lib/package.json', `${JSON.stringify({ type: 'module', version: of.version })}\n`);

  const program = commandTree(await tiesProgram());
  const date = new Date(of.epochS * 1000);
  write('ties.1', manPage(program, { version: of.version, date: date.toISOString().slice(0, 10) }));
  write('completion/ties', bashCompletion(program));
  write('debian/copyright', copyright(join(modules, 'node_modules'), packages));
  write('debian/control', CONTROL.replace('@NODEJS@', NODEJS));
  write('debian/changelog', changelog(of.version, date));
};

const CONTROL = readFileSync('package/debian/control', 'utf8');
const NODEJS = `nodejs (>= ${NODE.least}), nodejs (<< ${NODE.major + 1})`;

/** One entry, as Debian wants one; what changed is told in our own. */
const changelog = (version: string, date: Date): string => {
  const maintainer = /^Maintainer: (.*)$/m.exec(CONTROL)?.[1];
  const day = date.toUTCString().replace('GMT', '+0000');
  return `ties (${version}) trixie; urgency=medium

  * What changed stands in CHANGELOG.md.

 -- ${maintainer}  ${day}
`;
};
