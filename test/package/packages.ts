import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { edition } from '../../package/edition.ts';
import type { Target } from '../../package/target.ts';

/** The package that `npm run package` built of this commit. */
export const packageOf = (architecture: Target['debian']): string => {
  const path = resolve(`tmp/package/ties_${edition().version}_${architecture}.deb`);
  if (!existsSync(path)) throw new Error(`${path} is not there: npm run package`);
  return path;
};
