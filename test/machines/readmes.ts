import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byReadme, catalogue, MACHINES } from './catalogue.ts';
import { charts, index, withCharts } from './readme.ts';

/** Every README under `machines/` as it should read, by path. */
export const readmes = async (): Promise<Map<string, string>> => {
  const entries = await catalogue();
  const made = new Map([...byReadme(entries)].map(([path, its]) => [path, charts(its)]));
  made.set(join(MACHINES, 'README.md'), index(entries));
  return new Map(
    [...made].map(([path, text]) => [path, withCharts(readFileSync(path, 'utf8'), text)]),
  );
};
