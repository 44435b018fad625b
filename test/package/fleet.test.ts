import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { debianImage, isTried } from './debian.ts';
import { Machine } from './machine.ts';
import { packageOf } from './packages.ts';

const LIMIT_MS = 600_000;

describe.runIf(isTried)('many machines at once', { timeout: LIMIT_MS }, () => {
  let folder: string;
  let machine: Machine | undefined;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ties-fleet-'));
    cpSync(packageOf('amd64'), join(folder, 'ties_1_amd64.deb'));
  });
  afterEach(async () => {
    await machine?.stop();
    rmSync(folder, { recursive: true });
  });

  test('cloud-init installs the package and writes the role at the first boot', async () => {
    const example = readFileSync('deploy/cloud-init/user-data', 'utf8');
    writeFileSync(join(folder, 'user-data'), example.replaceAll('arm64', 'amd64'));
    writeFileSync(join(folder, 'meta-data'), 'instance-id: pi1\n');
    machine = await Machine.boot(debianImage('machine'), {
      '/var/lib/cloud/seed/nocloud': folder,
      '/boot/firmware': folder,
    });
    const done = await machine.run('cloud-init', 'status', '--wait', '--long');
    expect(done.stdout).toContain('status: done');
    const schema = ['cloud-init', 'schema', '--config-file', '/boot/firmware/user-data'];
    expect(await machine.run(...schema)).toMatchObject({ code: 0 });
    const checked = await machine.run('ties', 'config', 'check', '/etc/ties/role.json');
    expect(checked.stdout).toContain('node "N1", nothing wrong');
    const tried = await machine.run('journalctl', '-q', '-u', 'ties', '-t', 'ties', '-o', 'cat');
    expect(tried.stdout).toContain('TPM_UNAVAILABLE');
  });

  test('Ansible does so, tells what a device lacks, and changes nothing a second time', async () => {
    const air = '/run/air/air.sock';
    const role = {
      role: 'node',
      name: 'N1',
      tpm: { driver: 'model' },
      radio: { driver: 'socket', path: air },
    };
    writeFileSync(join(folder, 'role.json'), JSON.stringify(role));
    machine = await Machine.boot(debianImage('machine'), {
      '/mnt/ansible': resolve('deploy/ansible'),
      '/mnt/files': folder,
    });
    const play = () =>
      (machine as Machine).run(
        ...[
          'env',
          'ANSIBLE_FORCE_COLOR=0',
          'ansible-playbook',
          '--inventory=ties,',
          '--connection=local',
        ],
        ...[
          '--extra-vars',
          'ties_package=/mnt/files/ties_1_amd64.deb ties_role_file=/mnt/files/role.json',
        ],
        '/mnt/ansible/site.yml',
      );
    const first = await play();
    expect(first.stdout).toMatch(/AIR_/);
    expect(first.stdout).toMatch(/changed=\d+ +unreachable=0 +failed=1/);
    await machine.run(
      ...['systemd-run', '--quiet', '--unit=air', '--property=RuntimeDirectory=air'],
      ...['--property=User=ties', 'ties', 'air', '--socket', air],
    );
    await machine.run('systemctl', 'restart', 'ties');
    const second = await play();
    expect(second.stdout).toMatch(/changed=0 +unreachable=0 +failed=0/);
  });
});
