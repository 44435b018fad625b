// Makes sure that what is called outside of npm is installed: for `tests`, also without an argument, swtpm,
// the libraries of tpm2-tss, tpm2-tools and tshark; for `package` what builds and tries the Debian packages,
// for `lab` what the virtual Pi needs besides, for `lab-arm64` that of arm64, for `assure` the prover and the
// model checker, for `sweep` batch systems, for `web` the browser.
// Silent where it is. Plain JavaScript, as it runs before anything is built.
import { spawnSync } from 'node:child_process';

/** One pattern a package, as names differ between Debian 12 and 13 (`t64`, soname in the name). */
const FOR_TESTS = [
  /^swtpm$/,
  /^libtss2-esys-[\d.]+-0(t64)?$/,
  /^libtss2-mu(-[\d.]+-)?0(t64)?$/,
  /^libtss2-tctildr0(t64)?$/,
  /^libtss2-tcti-swtpm0(t64)?$/,
  /^libtss2-tcti-device0(t64)?$/,
  /^tpm2-tools$/,
  /^tshark$/,
];
const FOR_PACKAGE = [
  ...[/^debhelper$/, /^dpkg-dev$/, /^lintian$/, /^g\+\+-aarch64-linux-gnu$/, /^g\+\+$/, /^make$/],
  ...[/^mmdebstrap$/, /^systemd-container$/, /^qemu-user-static$/, /^openssh-client$/],
];
const FOR_LAB = [
  /^qemu-system-x86$/,
  /^swtpm$/,
  /^gcc$/,
  /^make$/,
  /^cpio$/,
  /^kmod$/,
  /^e2fsprogs$/,
];
const FOR_LAB_ARM64 = [...FOR_LAB, /^qemu-system-arm$/, /^gcc-aarch64-linux-gnu$/];
const FOR_ASSURANCE = [/^spass$/, /^spin$/, /^gcc$/, /^libc6-dev$/];
const FOR_SWEEP = [
  ...[/^parallel$/, /^rsync$/, /^openssh-client$/, /^openssh-server$/, /^munge$/, /^iproute2$/],
  ...[/^slurm-client$/, /^slurmctld$/, /^slurmd$/],
];
const SETS = {
  tests: FOR_TESTS,
  package: FOR_PACKAGE,
  lab: FOR_LAB,
  'lab-arm64': FOR_LAB_ARM64,
  assure: FOR_ASSURANCE,
  sweep: FOR_SWEEP,
  web: [/^chromium$/],
};
const asked = process.argv.slice(2);
const WANTED = (asked.length > 0 ? asked : ['tests']).flatMap((set) => SETS[set]);

const output = (command, ...args) =>
  spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout ?? '';

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholders
const FORMAT = '${db:Status-Status} ${Package}\n';

const installed = () =>
  output('dpkg-query', '--show', `--showformat=${FORMAT}`)
    .split('\n')
    .filter((line) => line.startsWith('installed '))
    .map((line) => line.slice('installed '.length));

/** Of all of them, as apt-cache knows regular expressions. */
const NAMES =
  '^(swtpm|libtss2-.*|tpm2-tools|tshark|debhelper|dpkg-dev|lintian|g[+][+](-aarch64-linux-gnu)?|gcc(-aarch64-linux-gnu)?|make|cpio|kmod|e2fsprogs|qemu-system-(x86|arm)|mmdebstrap|systemd-container|qemu-user-static|openssh-client|spass|spin|libc6-dev|chromium|parallel|rsync|openssh-server|munge|iproute2|slurm-client|slurmctld|slurmd)$';

const known = () =>
  output('apt-cache', 'search', '--names-only', NAMES)
    .split('\n')
    .map((line) => line.split(' ')[0] ?? '');

const missing = () => {
  const names = installed();
  return WANTED.filter((pattern) => !names.some((name) => pattern.test(name)));
};

/** How to become root without a question asked, or null. */
const asRoot = () => {
  if (process.getuid?.() === 0) return [];
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0
    ? ['sudo', '-n']
    : null;
};

const aptGet = (root, ...args) => {
  const [command, ...rest] = [...root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq'];
  spawnSync(command, [...rest, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
};

/** The packages of these patterns that apt knows; it may have to fetch its lists first. */
const namesOf = (patterns, root) => {
  const find = () => {
    const names = known();
    return patterns.map((pattern) => names.find((name) => pattern.test(name)));
  };
  let names = find();
  if (names.includes(undefined) && root) {
    aptGet(root, 'update');
    names = find();
  }
  return names.filter((name) => name !== undefined);
};

const wanted = missing();
if (wanted.length > 0) {
  const root = asRoot();
  const names = namesOf(wanted, root);
  if (root && names.length > 0) {
    aptGet(root, 'install', '--yes', '--no-install-recommends', ...names);
    if (missing().length > 0) {
      aptGet(root, 'update');
      aptGet(root, 'install', '--yes', '--no-install-recommends', ...names);
    }
  }
  if (missing().length > 0) {
    const list = names.length > 0 ? names.join(' ') : 'swtpm libtss2-dev tpm2-tools tshark';
    console.error(`Type: sudo apt-get update && sudo apt-get install ${list}`);
    process.exit(1);
  }
}
