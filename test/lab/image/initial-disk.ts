import { chmodSync, cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from './architecture.ts';
import { busybox } from './busybox.ts';
import { cached } from './cache.ts';
import { run } from './command.ts';
import type { Kernel } from './kernel.ts';

/** Debian's kernel has no file system built in: load ext4, and go on from the first disk. */
const INIT = `#!/bin/busybox sh
b=/bin/busybox
$b mount -t devtmpfs dev /dev
$b mount -t proc proc /proc
for module in virtio_pci virtio_blk crc32c_generic ext4; do $b modprobe $module; done
# A driver is loaded before it has found its devices.
for tenth in $($b seq 100); do [ -b /dev/vda ] && break; $b sleep 0.1; done
$b mount -t ext4 /dev/vda /root || exec $b poweroff -f
$b mount --move /dev /root/dev
$b umount /proc
exec $b switch_root /root /sbin/init
`;

/** The kernel's first file system, as a cpio archive. */
export const initialDisk = async (kernel: Kernel, architecture: Architecture): Promise<string> => {
  const { name } = architecture;
  const folder = await cached(
    { name: `initial-${name}`, inputs: { kernel, INIT } },
    async (made) => {
      const root = join(made, 'root');
      for (const part of ['bin', 'dev', 'proc', 'root'])
        mkdirSync(join(root, part), { recursive: true });
      cpSync(await busybox(architecture), join(root, 'bin/busybox'));
      cpSync(kernel.root, root, { recursive: true, verbatimSymlinks: true });
      writeFileSync(join(root, 'init'), INIT);
      chmodSync(join(root, 'init'), 0o755);
      await run('sh', ['-c', 'find . | cpio --create --format=newc > ../cpio'], { cwd: root });
    },
  );
  return join(folder, 'cpio');
};
