import {
  appendFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { basename, join } from 'node:path';
import type { Architecture } from './architecture.ts';
import { openArchive } from './archive.ts';
import { cached } from './cache.ts';
import { run } from './command.ts';
import type { Kernel } from './kernel.ts';
import { controlOf, packagesIn, unpack } from './packages.ts';

/** Debian 13, which Raspberry Pi OS is made from. */
const RELEASE = 'trixie';

/** What a Pi has before ties is installed, and what ties depends on. */
const packagesOf = ({ hasTpm }: Architecture): readonly string[] => [
  ...['?essential', 'apt', 'systemd-sysv', 'udev', 'kmod', 'tpm-udev', 'nodejs'],
  ...['libtss2-esys-3.0.2-0t64', 'libtss2-mu-4.0.1-0t64', 'libtss2-tctildr0t64'],
  ...['libtss2-tcti-device0t64', ...(hasTpm ? [] : ['swtpm'])],
];

const WITHOUT = ['doc', 'info', 'locale', 'lintian', 'man', 'zoneinfo'].map(
  (name) => `./usr/share/${name}/*`,
);

/** Units that an emulated processor would spend seconds on, and nothing here asks for. */
const MASKED = [
  ...['apt-daily.timer', 'apt-daily-upgrade.timer', 'dpkg-db-backup.timer', 'e2scrub_all.timer'],
  ...['fstrim.timer', 'getty.target', 'ldconfig.service', 'systemd-hwdb-update.service'],
  ...['systemd-journal-catalog-update.service', 'systemd-logind.service', 'dev-hugepages.mount'],
  ...['sys-kernel-debug.mount', 'sys-kernel-tracing.mount', 'sys-kernel-config.mount'],
  ...['sys-fs-fuse-connections.mount', 'modprobe@.service', 'dev-mqueue.mount'],
  ...['systemd-binfmt.service', 'proc-sys-fs-binfmt_misc.automount', 'systemd-pstore.service'],
  ...['systemd-random-seed.service', 'systemd-sysctl.service', 'systemd-user-sessions.service'],
  ...['systemd-udev-load-credentials.service', 'systemd-journal-flush.service', 'run-lock.mount'],
];

const OVERLAY = new URL('../guest/root/', import.meta.url).pathname;
const DISK_SIZE = '1G';

/** The guest's disk, before anything of ties is on it. */
export const rootDisk = async (kernel: Kernel, architecture: Architecture): Promise<string> => {
  const { name } = architecture;
  const tree = await debian(architecture);
  const inputs = { tree, kernel, MASKED, overlay: textsIn(OVERLAY), DISK_SIZE };
  const folder = await cached({ name: `root-${name}`, inputs }, async (made) => {
    const root = join(made, 'root');
    // Made of hard links: it goes again.
    await run('cp', ['--archive', '--link', tree, root]);
    cpSync(join(kernel.root, 'usr/lib/modules'), join(root, 'usr/lib/modules'), {
      recursive: true,
    });
    cpSync(OVERLAY, root, { recursive: true });
    configure(root);
    await makeDisk(root, join(made, 'disk'), DISK_SIZE);
    await run('rm', ['-r', root]);
  });
  return join(folder, 'disk');
};

/** Packages unpacked side by side: no script of theirs runs, so any architecture will do. */
const debian = async (architecture: Architecture): Promise<string> => {
  const { name } = architecture;
  const packages = packagesOf(architecture);
  const folder = await cached(
    { name: `debian-${name}`, inputs: { packages, WITHOUT } },
    async (made) => {
      const archive = await openArchive(RELEASE, name);
      await archive.fetchClosure(packages, join(made, 'packages'));
      const root = join(made, 'root');
      const files = packagesIn(join(made, 'packages'));
      const isFirst = (file: string): boolean => basename(file).startsWith('base-files_');
      // It has the links that the others' files go through.
      for (const file of [...files.filter(isFirst), ...files.filter((each) => !isFirst(each))])
        await register(file, await unpack(file, root, { without: WITHOUT }), root);
      await run('rm', ['-r', join(made, 'packages')]);
    },
  );
  return join(folder, 'root');
};

/** In dpkg's database, so that ties can be installed on them. */
const register = async (file: string, paths: readonly string[], root: string): Promise<void> => {
  const control = await controlOf(file);
  const field = (of: string): string => new RegExp(`^${of}: (.*)$`, 'm').exec(control)?.[1] ?? '';
  const same = field('Multi-Arch') === 'same' ? `:${field('Architecture')}` : '';
  const database = join(root, 'var/lib/dpkg');
  mkdirSync(join(database, 'info'), { recursive: true });
  writeFileSync(join(database, `info/${field('Package')}${same}.list`), `${paths.join('\n')}\n`);
  appendFileSync(join(database, 'status'), `${control.trim()}\nStatus: install ok installed\n\n`);
};

/** What the packages' scripts and an installer would do. */
const configure = (root: string): void => {
  const masters = join(root, 'usr/share/base-passwd');
  for (const kind of ['passwd', 'group'])
    cpSync(join(masters, `${kind}.master`), join(root, 'etc', kind));
  for (const kind of ['account', 'auth', 'password', 'session'])
    writeFileSync(join(root, `etc/pam.d/common-${kind}`), `${kind} required pam_permit.so\n`);
  const units = join(root, 'etc/systemd/system');
  for (const unit of MASKED) symlinkSync('/dev/null', join(units, unit));
  mkdirSync(join(units, 'multi-user.target.wants'));
  for (const unit of readdirSync(units).filter((each) => each.startsWith('lab-')))
    symlinkSync(`../${unit}`, join(units, 'multi-user.target.wants', unit));
  mkdirSync(join(root, 'lab'));
};

const textsIn = (folder: string): string[][] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => join(folder, path))
    .filter((path) => statSync(path).isFile())
    .map((path) => [path, readFileSync(path, 'utf8')]);

/** A disk with an ext4 of this folder, everything root's. */
export const makeDisk = async (folder: string, disk: string, size: string): Promise<void> => {
  const asRoot = userInfo().uid === 0 ? [] : ['unshare', '--map-root-user'];
  const make = ['mkfs.ext4', '-q', '-m', '0', '-d', folder, disk, size];
  const [command = '', ...args] = [...asRoot, ...make];
  await run(command, args);
};
