import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { TiesError } from '../protocol/errors.ts';
import { lookAt, type Machine, ROLE_FILE } from './machine.ts';
import type { PackageFile } from './package-file.ts';
import type { Outcome, Remote } from './remote.ts';

export interface Deployment {
  readonly package: 'installed' | 'kept';
  readonly role: 'written' | 'kept';
  readonly service: 'restarted' | 'kept';
  /** As `ties status` answers. */
  readonly status: Readonly<Record<string, string | number | null>>;
}

export interface DeploymentInput {
  readonly role: { readonly path: string; readonly controlSocket: string };
  readonly package?: PackageFile;
}

/**
 * Make a machine run this role: install the package where it has another version, write the role file
 * where it has another, restart the service where any of it changed, and wait until it is READY. A
 * second time nothing is changed. The first step that fails ends it, with what was said of it.
 */
export const deploy = async (
  remote: Remote,
  { role, package: file }: DeploymentInput,
): Promise<Deployment> => {
  const machine = await lookAt(remote);
  const isInstalled = await install(remote, machine, file);
  const isWritten = await writeRole(remote, machine, role.path);
  const isRestarted = isInstalled || isWritten || !machine.isActive;
  if (isRestarted) await restart(remote, machine);
  return {
    package: isInstalled ? 'installed' : 'kept',
    role: isWritten ? 'written' : 'kept',
    service: isRestarted ? 'restarted' : 'kept',
    status: await statusOf(remote, machine, role.controlSocket),
  };
};

const install = async (
  remote: Remote,
  { version, architecture, asRoot }: Machine,
  file: PackageFile | undefined,
): Promise<boolean> => {
  if (file === undefined) {
    if (version !== null) return false;
    throw new TiesError('DEPLOY_NO_PACKAGE', 'It has no TIES yet: give --package ties_….deb.');
  }
  if (file.architecture !== architecture)
    throw new TiesError(
      'DEPLOY_ARCHITECTURE',
      `It is ${architecture}, and the package ${file.architecture}: give ties_${file.version}_${architecture}.deb.`,
    );
  if (file.version === version) return false;
  const apt = `${asRoot}env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet=2 --no-install-recommends --allow-downgrades`;
  const outcome = await remote.run(withFile('ties.deb', `${apt} "$d/ties.deb"`), file.path);
  must('DEPLOY_INSTALL', 'The package is not installed', outcome);
  return true;
};

/** Checked there once more, as that TIES may be of another version than this. */
const writeRole = async (remote: Remote, machine: Machine, path: string): Promise<boolean> => {
  const { asRoot, role } = machine;
  if (createHash('sha256').update(readFileSync(path)).digest('hex') === role) return false;
  const write = [
    'ties config check "$d/role.json"',
    `${asRoot}install -m 0644 "$d/role.json" ${ROLE_FILE}.new`,
    `${asRoot}mv ${ROLE_FILE}.new ${ROLE_FILE}`,
  ];
  const outcome = await remote.run(withFile('role.json', write.join(' && ')), path);
  must('DEPLOY_ROLE', 'The role file is not written', outcome);
  return true;
};

/** Of a service that tells when it is READY systemctl waits for that. */
const restart = async (remote: Remote, { asRoot }: Machine): Promise<void> => {
  if ((await remote.run(`${asRoot}systemctl restart ties`)).exitCode === 0) return;
  const log = await remote.run(`${asRoot}journalctl -q -u ties -t ties -n 1 -o cat`);
  throw new TiesError('DEPLOY_START', `It does not start. ${log.stdout.trim()}`);
};

const statusOf = async (
  remote: Remote,
  { asRoot }: Machine,
  socket: string,
): Promise<Deployment['status']> => {
  const outcome = await remote.run(`${asRoot}ties status --json --socket ${quoted(socket)}`);
  must('DEPLOY_START', 'It started, and does not answer', outcome);
  const { ok, ...status } = JSON.parse(outcome.stdout);
  return status;
};

/** A command on the folder `$d`, in which standard input is a file of this name. */
const withFile = (name: string, command: string): string =>
  `d=$(mktemp -d) && chmod 755 "$d" && cat > "$d/${name}" && ${command}; s=$?; rm -rf "$d"; exit $s`;

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

const must = (code: string, what: string, { exitCode, stdout, stderr }: Outcome): void => {
  if (exitCode !== 0) throw new TiesError(code, `${what}:\n${`${stdout}${stderr}`.trim()}`);
};
