import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { edition } from '../../package/edition.ts';
import { TARGETS, type Target } from '../../package/target.ts';

/** What is tried: everything, or what TIES_ARCH names alone. */
export const TRIED: readonly Target[] = TARGETS.filter(
  ({ debian }) => (process.env.TIES_ARCH ?? debian) === debian,
);

/** The package that `npm run package` built of this commit. */
export const packageOf = (architecture: Target['debian']): string => {
  const path = resolve(`tmp/package/ties_${edition().version}_${architecture}.deb`);
  if (!existsSync(path)) throw new Error(`${path} is not there: npm run package`);
  return path;
};
