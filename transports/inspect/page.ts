import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { TiesError } from '../../protocol/errors.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** A file of the page as it goes over the wire. */
export interface PageFile {
  readonly type: string;
  readonly gzipped: Buffer;
}

/** The page's files, by path. */
export type Page = ReadonlyMap<string, PageFile>;

/** Where the page is built: seen from the sources, and from where these are compiled to. */
const FOLDERS = ['../../dist/web/page', '../../web/page'].map((path) =>
  fileURLToPath(new URL(path, import.meta.url)),
);

/** The page as it was built; its files are few. Throws `INSPECT_NO_PAGE`. */
export const builtPage = (): Page => {
  const folder = FOLDERS.find((each) => existsSync(join(each, 'assets')));
  if (folder === undefined)
    throw new TiesError(
      'INSPECT_NO_PAGE',
      'The inspector’s page is not built here: type npm run build:web, or install TIES anew.',
    );
  const files = readdirSync(folder, { recursive: true, withFileTypes: true });
  return new Map(
    files
      .filter((file) => file.isFile() && TYPES[extname(file.name)] !== undefined)
      .map(({ parentPath, name }) => {
        const file = join(parentPath, name);
        const path = file.slice(folder.length).replaceAll('\\', '/');
        const type = TYPES[extname(name)] as string;
        return [path, { type, gzipped: gzipSync(readFileSync(file)) }];
      }),
  );
};
