import { existsSync, readFileSync } from 'node:fs';

/** Of package.json, which is one folder further up from what is built. */
export const packageVersion = (): string => {
  const file = ['../package.json', '../../package.json']
    .map((path) => new URL(path, import.meta.url))
    .find((url) => existsSync(url)) as URL;
  return JSON.parse(readFileSync(file, 'utf8')).version;
};
