import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import { TiesError } from '../protocol/errors.ts';

export interface PackageFile {
  readonly path: string;
  readonly version: string;
  readonly architecture: string;
}

/** What a package is, as `npm run package` names it; a machine without dpkg may send it. */
export const packageFile = (path: string): PackageFile => {
  const [, version, architecture] = /^ties_(.+)_(\w+)\.deb$/.exec(basename(path)) ?? [];
  if (version === undefined || architecture === undefined)
    throw new TiesError(
      'DEPLOY_PACKAGE_NAME',
      `${path} is not named like a package of TIES: give ties_VERSION_ARCHITECTURE.deb, as npm run package writes it.`,
    );
  try {
    accessSync(path, constants.R_OK);
  } catch (cause) {
    throw new TiesError('DEPLOY_PACKAGE_FILE', `${path} cannot be read: check its name.`, {
      cause,
    });
  }
  return { path, version, architecture };
};
