import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { command } from '../../package/command.ts';

const CACHE = resolve('tmp/package/cache');

/** What TIES depends on, and nothing that only its own installation would bring. */
const NEEDED = [
  'nodejs',
  'libtss2-esys-3.0.2-0t64',
  'libtss2-tctildr0t64',
  'libtss2-tcti-device0t64',
];

const IMAGES = {
  /** A machine that boots, and from which and to which TIES is deployed. */
  machine: {
    options: ['--variant=minbase', '--architectures=amd64'],
    packages: [
      ...NEEDED,
      ...['systemd-sysv', 'udev', 'dbus', 'sudo', 'openssh-server', 'man-db', 'bash-completion'],
      ...['swtpm', 'ansible-core', 'python3-apt', 'cloud-init'],
    ],
  },
  /** Files of an arm64 system; none of its programs has run. */
  arm64: {
    options: [
      ...['--variant=extract', '--architectures=arm64', '--skip=check/qemu'],
      // Where programs look for their loader; no program of base-files makes the link.
      '--setup-hook=mkdir -p "$1/usr/lib" && ln -s usr/lib "$1/lib"',
    ],
    packages: NEEDED,
  },
} as const;

/** Files of tests run beside each other: who comes second waits, and takes what the first has made. */
const ONCE = 'test -e "$0" || { rm -rf "$0.making" && "$@" "$0.making" && mv "$0.making" "$0"; }';

/**
 * A folder with Debian 13 in it, from Debian's mirror; as long as the cache is there, always the same
 * one, which nobody may change.
 */
export const debianImage = (name: keyof typeof IMAGES): string => {
  const { options, packages } = IMAGES[name];
  const key = createHash('sha256').update(packages.join(' ')).digest('hex').slice(0, 8);
  const folder = `${CACHE}/trixie-${name}-${key}`;
  mkdirSync(CACHE, { recursive: true });
  const include = `--include=${packages.join(',')}`;
  const make = ['mmdebstrap', '--quiet', '--format=directory', ...options, include, 'trixie'];
  command('flock', [`${folder}.lock`, 'sh', '-c', ONCE, folder, ...make]);
  return folder;
};

/** Why no Debian can be made and booted here, or null. */
const obstacle = (): string | null => {
  if (process.env.TIES_PACKAGE === undefined) return 'that is npm run test:package';
  return process.getuid?.() === 0 ? null : 'only root makes and boots a Debian';
};

const reason = obstacle();
if (reason !== null) console.log(`Packages are not tried on Debian 13: ${reason}.`);

/** Whether packages are built and a Debian can be made and booted here; the reason is told if not. */
export const isTried = reason === null;
