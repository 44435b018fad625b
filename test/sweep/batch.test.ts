import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Sandbox } from './sandbox.ts';

const LIMIT_MS = 240_000;
const SHARDS = '3';
const batch = (name: string): string => resolve('simulations/batch', name);

let sandbox: Sandbox;
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => sandbox.close());

/** A machine of its own as far as ssh can tell: an sshd for each connection, without any port. */
const hosts = (...names: string[]): void => {
  for (const key of ['host', 'user'])
    sandbox.run('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', sandbox.path(key));
  const given = [`PATH=${sandbox.path('bin')}:$PATH`, 'exec sh -c "$SSH_ORIGINAL_COMMAND"'];
  for (const name of names) {
    const home = sandbox.path(`home-${name}`);
    const lines = [
      `HostKey ${sandbox.path('host')}`,
      `AuthorizedKeysFile ${sandbox.path('user.pub')}`,
      'StrictModes no',
      'UsePAM no',
      'PidFile none',
      `ForceCommand mkdir -p ${home}; cd ${home}; HOME=${home} ${given.join(' ')}`,
    ];
    writeFileSync(sandbox.path(`${name}.sshd`), `${lines.join('\n')}\n`);
  }
  const lines = [
    'Host *',
    `ProxyCommand /usr/sbin/sshd -i -f ${sandbox.path('%n.sshd')}`,
    `IdentityFile ${sandbox.path('user')}`,
    'UserKnownHostsFile /dev/null',
    'StrictHostKeyChecking no',
    'LogLevel ERROR',
  ];
  writeFileSync(sandbox.path('ssh_config'), `${lines.join('\n')}\n`);
  sandbox.program('ssh', `exec /usr/bin/ssh -F ${sandbox.path('ssh_config')} "$@"`);
};

/** With Slurm and sshd of this machine: `npm run test:sweep`. */
describe.runIf(process.env.TIES_SWEEP)('shards, put together, are the whole', () => {
  const whole = (): object[] => {
    sandbox.run('ties', 'experiment', 'run', 'experiment.json', '--out', 'alone');
    return sandbox.runs('alone');
  };

  test('by GNU parallel over ssh, though one host is lost', { timeout: LIMIT_MS }, () => {
    sandbox.run('mkdir', '-p', '/run/sshd');
    hosts('pi1', 'pi2');
    const args = ['experiment.json', SHARDS, 'sweep', 'pi1,pi2,lost'];
    sandbox.run(batch('parallel.sh'), ...args);
    expect(sandbox.runs('sweep', 'whole')).toEqual(whole());
    // On machines of their own: what they were sent and made is there no longer.
    expect(sandbox.run('find', 'home-pi1', 'home-pi2', '-name', '*.json*')).toBe('');
  });

  test('as an array of Slurm', { timeout: LIMIT_MS }, () => {
    sandbox.run('mkdir', 'slurm');
    const own = ['--net', '--pid', '--fork', '--kill-child', '--mount-proc'];
    const slurm = [resolve('test/sweep/slurm.sh'), sandbox.path('slurm')];
    const array = ['sbatch', '--wait', `--array=1-${SHARDS}`, batch('slurm.sh')];
    sandbox.run('unshare', ...own, 'sh', ...slurm, ...array, 'experiment.json', SHARDS, 'sweep');
    const shards = [1, 2, 3].map((number) => `sweep/shard-${number}`);
    sandbox.run('ties', 'experiment', 'merge', ...shards, '--out', 'merged');
    expect(sandbox.runs('merged')).toEqual(whole());
  });
});
