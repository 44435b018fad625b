import { join } from 'node:path';
import type { Architecture } from './architecture.ts';
import { openArchive } from './archive.ts';
import { cached } from './cache.ts';
import { packagesIn, unpack } from './packages.ts';

/** busybox without libraries, the guest's first program. */
export const busybox = async ({ name }: Architecture): Promise<string> => {
  const folder = await cached({ name: `busybox-${name}`, inputs: {} }, async (made) => {
    const archive = await openArchive('trixie', name);
    await archive.fetch(['busybox-static'], join(made, 'packages'));
    for (const file of packagesIn(join(made, 'packages')))
      await unpack(file, made, { only: ['*bin/busybox'] });
  });
  return join(folder, 'usr/bin/busybox');
};
