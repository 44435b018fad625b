import { TiesError } from '../protocol/errors.ts';
import type { Remote } from './remote.ts';

/** What there is of TIES on a machine. */
export interface Machine {
  readonly architecture: string;
  /** Of the package that is installed, or null. */
  readonly version: string | null;
  /** SHA-256 of its role file, in hexadecimal, or null. */
  readonly role: string | null;
  readonly isActive: boolean;
  /** What makes a command root's: nothing, or sudo. */
  readonly asRoot: '' | 'sudo -n ';
}

export const ROLE_FILE = '/etc/ties/role.json';

const LOOK = `
echo architecture=$(dpkg --print-architecture)
echo version=$(dpkg-query --show --showformat='\${db:Status-Abbrev}\${Version}' ties 2>/dev/null)
echo role=$(sha256sum ${ROLE_FILE} 2>/dev/null)
echo active=$(systemctl is-active ties)
if [ $(id -u) = 0 ]; then echo root=; elif sudo -n true 2>/dev/null; then echo root=sudo; else echo root=no; fi
`;

/** Fails with `DEPLOY_NO_ROOT`, and with `DEPLOY_NO_DEBIAN` for what is none. */
export const lookAt = async (remote: Remote): Promise<Machine> => {
  const { stdout } = await remote.run(LOOK);
  const found = Object.fromEntries(stdout.split('\n').map((line) => line.split(/=(.*)/)));
  if (!found.architecture)
    throw new TiesError('DEPLOY_NO_DEBIAN', 'It has no dpkg: take Raspberry Pi OS or Debian 13.');
  if (found.root === 'no')
    throw new TiesError(
      'DEPLOY_NO_ROOT',
      'Its sudo asks for a password: log in as root, or let this user do without one (NOPASSWD in sudoers).',
    );
  return {
    architecture: found.architecture,
    version: /^ii +(.*)/.exec(found.version)?.[1] ?? null,
    role: /^[0-9a-f]{64}/.exec(found.role)?.[0] ?? null,
    isActive: found.active === 'active',
    asRoot: found.root === 'sudo' ? 'sudo -n ' : '',
  };
};
