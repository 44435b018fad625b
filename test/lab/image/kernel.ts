import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from './architecture.ts';
import { openArchive, thisRelease } from './archive.ts';
import { cached } from './cache.ts';
import { bytesOf, run } from './command.ts';
import { packagesIn, unpack } from './packages.ts';

/**
 * What the guest loads of Debian's kernel. Each is found for every architecture, or tar fails; its `*`
 * is many folders too.
 */
const MODULES = [
  ...['drivers/virtio/*', 'drivers/block/virtio_blk.*', 'drivers/char/virtio_console.*'],
  ...['fs/ext4/*', 'fs/jbd2/*', 'fs/mbcache.*', 'lib/*crc*', '*crypto/crc32c*'],
  ...['drivers/i2c/i2c-dev.*', 'drivers/iio/industrialio.*', 'drivers/iio/pressure/bmp280*'],
  ...['drivers/base/regmap/*', 'drivers/char/tpm/*'],
];

export interface Kernel {
  readonly version: string;
  /** What QEMU starts. */
  readonly image: string;
  /** A root folder with `/usr/lib/modules`. */
  readonly root: string;
}

/** Debian's kernel of this machine's release, which is what its compiler makes modules for. */
export const debianKernel = async (architecture: Architecture): Promise<Kernel> => {
  const { name } = architecture;
  const release = thisRelease();
  const folder = await cached(
    { name: `kernel-${name}`, inputs: { release, MODULES } },
    async (made) => {
      const archive = await openArchive(release, name);
      const wanted = await archive.dependenciesOf(`linux-image-${name}`);
      const [image] = /linux-image-\S+/.exec(wanted) ?? [];
      if (image === undefined) throw new Error(`Debian ${release} has no kernel for ${name}.`);
      const packages = join(made, 'packages');
      await archive.fetch([image], packages);
      const only = ['./boot/vmlinuz*', ...MODULES.map((path) => `*/lib/modules/*/kernel/${path}`)];
      for (const file of packagesIn(packages))
        await unpack(file, join(made, 'root'), { only: [...only, '*/lib/modules/*/modules.*'] });
      await layOut(made, architecture);
    },
  );
  const version = readFileSync(join(folder, 'version'), 'utf8');
  return { version, image: join(folder, 'image'), root: join(folder, 'root') };
};

const layOut = async (folder: string, { cross }: Architecture): Promise<void> => {
  const root = join(folder, 'root');
  const [file = ''] = readdirSync(join(root, 'boot'));
  const version = file.replace('vmlinuz-', '');
  const packed = readFileSync(join(root, 'boot', file));
  writeFileSync(join(folder, 'image'), cross === null ? await unpacked(packed) : packed);
  await run('sh', ['-c', UNITE_AND_UNPACK_MODULES], { cwd: root });
  await run('/sbin/depmod', ['-b', root, version]);
  writeFileSync(join(folder, 'version'), version);
};

/** Where `/lib` is `/usr/lib`, as it is in the guest; busybox, which loads the first, has no xz. */
const UNITE_AND_UNPACK_MODULES = `
mkdir -p usr/lib
[ -d usr/lib/modules ] || mv lib/modules usr/lib/modules
rm -rf lib boot
ln -s usr/lib lib
find usr/lib/modules -name '*.ko.xz' -exec xz --decompress {} +
`;

/** Linux' x86 boot protocol (Documentation/arch/x86/boot.rst): where in it vmlinux lies, and how. */
const SETUP_SECTORS = 0x1f1;
const PAYLOAD_OFFSET = 0x248;
const PAYLOAD_LENGTH = 0x24c;
const XZ = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a]);

/** Unpacking itself takes an emulated processor some seconds at each start. */
const unpacked = async (bzImage: Buffer): Promise<Buffer> => {
  const start =
    ((bzImage[SETUP_SECTORS] as number) + 1) * 512 + bzImage.readUInt32LE(PAYLOAD_OFFSET);
  const input = bzImage.subarray(start, start + bzImage.readUInt32LE(PAYLOAD_LENGTH));
  if (!input.subarray(0, XZ.length).equals(XZ)) return bzImage;
  // The length of what comes out follows it, which xz takes for rubbish.
  return bytesOf('sh', ['-c', 'xz --decompress --single-stream || true'], { input });
};
