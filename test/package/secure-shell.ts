import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Machine } from './machine.ts';

/** An `ssh` that reaches a machine under the name `pi`, by its real sshd and without a network. */
export interface SecureShell {
  /** A folder to go before others in PATH. */
  readonly path: string;
  remove(): void;
}

/** `sudo` is a line of sudoers(5) on its user, pi. */
export const secureShell = async (machine: Machine, sudo: string): Promise<SecureShell> => {
  const folder = mkdtempSync(join(tmpdir(), 'ties-ssh-'));
  const at = (name: string): string => join(folder, name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at('key')]);
  const [program, args] = machine.command(['/usr/sbin/sshd', '-i']);
  const config = [
    ...['Host pi', 'User pi', `ProxyCommand ${program} ${args.join(' ')}`],
    ...[`IdentityFile ${at('key')}`, 'IdentitiesOnly yes', 'BatchMode yes'],
    ...['StrictHostKeyChecking no', 'UserKnownHostsFile /dev/null', 'LogLevel ERROR'],
  ];
  writeFileSync(at('config'), `${config.join('\n')}\n`);
  writeFileSync(at('ssh'), `#!/bin/sh\nexec /usr/bin/ssh -F ${at('config')} "$@"\n`, {
    mode: 0o755,
  });
  await machine.run('useradd', '--create-home', '--shell', '/bin/bash', 'pi');
  await machine.write('/etc/sudoers.d/pi', `${sudo}\n`);
  await machine.run('mkdir', '--parents', '/home/pi/.ssh');
  await machine.write('/home/pi/.ssh/authorized_keys', readFileSync(at('key.pub')));
  await machine.run('chown', '--recursive', 'pi:pi', '/home/pi/.ssh');
  return { path: folder, remove: () => rmSync(folder, { recursive: true }) };
};
