import type { Explanations } from './explanation.ts';

/** `ties deploy`. */
export const deployment: Explanations = {
  DEPLOY_ARCHITECTURE: [
    'The package is of another architecture than the machine.',
    'Give the other one.',
  ],
  DEPLOY_INSTALL: [
    'The package is refused by apt.',
    'See what it says: mostly the machine has no Internet, and Node.js or tpm2-tss are missing.',
  ],
  DEPLOY_NO_DEBIAN: ['The machine has no dpkg.', 'Take Raspberry Pi OS or Debian 13.'],
  DEPLOY_NO_PACKAGE: ['TIES is not installed there.', 'Give --package.'],
  DEPLOY_NO_ROOT: [
    'The user of that machine may not become root without a password.',
    'Log in as root, or give this user NOPASSWD in sudoers.',
  ],
  DEPLOY_NO_SSH: ['There is no ssh on this machine.', 'sudo apt install openssh-client'],
  DEPLOY_PACKAGE_FILE: ['The package cannot be read.', 'Check its name.'],
  DEPLOY_PACKAGE_NAME: [
    'The name of a package tells its version and architecture.',
    'Name it as npm run package did.',
  ],
  DEPLOY_ROLE: [
    'TIES of that machine does not take the role file, or it cannot be written.',
    'See what it says; where that TIES is older, give --package.',
  ],
  DEPLOY_START: [
    'The service there does not start.',
    'Do what its last words say. A new device is provisioned first: sudo -u ties ties provision.',
  ],
  DEPLOY_UNREACHABLE: ['No connection by ssh comes about.', 'Try by hand, with the same name.'],
};
