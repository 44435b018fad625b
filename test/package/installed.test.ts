import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RoleInput } from '../../config/role.ts';
import { debianImage, isTried } from './debian.ts';
import { type Answer, Machine } from './machine.ts';
import { packageOf } from './packages.ts';

const LIMIT_MS = 600_000;
const UNIT = '/usr/lib/systemd/system/ties.service';
/** In tenths, as systemd-analyze counts; 2.0 is "OK". */
const EXPOSURE_LIMIT = 20;

const ROLE: RoleInput = {
  ...{ role: 'node', name: 'N1' },
  tpm: { driver: 'swtpm', state: '/var/lib/ties/tpm' },
  radio: { driver: 'socket', path: '/run/air/air.sock' },
  sensor: { driver: 'synthetic' },
};

/** The medium of simulated radios, until the unit `air` is stopped. */
const AIR =
  'systemd-run --quiet --collect --unit=air --property=RuntimeDirectory=air --property=User=ties ' +
  'ties air --socket /run/air/air.sock && until test -S /run/air/air.sock; do sleep 0.1; done';

describe.runIf(isTried)('the package on Debian 13', { timeout: LIMIT_MS }, () => {
  let machine: Machine;
  beforeAll(async () => {
    machine = await Machine.boot(debianImage('machine'));
    await machine.write('/root/ties_amd64.deb', readFileSync(packageOf('amd64')));
  }, LIMIT_MS);
  afterAll(() => machine?.stop());

  const run = (line: string): Promise<Answer> => machine.run('bash', '-c', line);
  /** What it prints, of a command that must succeed. */
  const says = async (line: string): Promise<string> => {
    const { code, stdout, stderr } = await run(line);
    expect({ line, code, stderr: code === 0 ? '' : stderr + stdout }).toEqual({
      line,
      code: 0,
      stderr: '',
    });
    return stdout.trim();
  };
  const unit = (property: string): Promise<string> =>
    says(`systemctl show ties --value --property=${property}`);
  const until = async (line: string): Promise<void> => {
    await says(`for i in $(seq 300); do ${line} && exit 0; sleep 0.1; done; exit 1`);
  };

  test('apt installs it without a network, with a user, groups and folders', async () => {
    await says('! ip -4 route 2>/dev/null | grep . && apt-get install --yes /root/ties_amd64.deb');
    const groups = (await says('id --name --groups ties')).split(' ');
    expect(groups.sort()).toEqual(['gpio', 'i2c', 'spi', 'ties', 'tss']);
    expect(await says('stat --format="%a %U" /var/lib/ties')).toBe('700 ties');
    expect(await says('systemctl is-enabled ties')).toBe('enabled');
    expect(await unit('ConditionResult')).toBe('no');
  });

  test('systemd finds no fault in the unit, and little exposed', async () => {
    expect(await says(`systemd-analyze verify ${UNIT} 2>&1`)).toBe('');
    await says(`systemd-analyze security --offline=true --threshold=${EXPOSURE_LIMIT} ${UNIT}`);
    expect(
      await says(`systemd-analyze cat-config tmpfiles.d/ties.conf | grep -c /var/lib/ties`),
    ).toBe('1');
  });

  test('command, manual and completion are there', async () => {
    expect(await says('ties --version')).toBe(await says('dpkg-query -W ties | cut -f 2'));
    expect(await says('MANWIDTH=80 man ties')).toContain('ties config check [options] <file>');
    const complete =
      'source /usr/share/bash-completion/completions/ties; COMP_WORDS=(ties ru); COMP_CWORD=1';
    expect(await says(`${complete}; _ties; echo "\${COMPREPLY[*]}"`)).toBe('run');
    for (const example of ['center', 'node', 'node-dragino-hat', 'simulated'])
      await says(`ties config check /usr/share/doc/ties/examples/${example}.json`);
  });

  test('a role that is not provisioned is told so by the log, and tried again', async () => {
    await machine.write('/etc/ties/role.json', JSON.stringify(ROLE));
    await says(AIR);
    expect((await run('systemctl start ties')).code).toBe(1);
    expect(await says('journalctl -q -u ties -t ties -n 1 -o cat')).toMatch(
      /^TPM_NOT_PROVISIONED: /,
    );
    expect(await unit('SubState')).toBe('auto-restart');
    await says('systemctl stop ties');
  });

  test('the unit comes to READY and is operated', async () => {
    await says('runuser -u ties -- ties provision --config /etc/ties/role.json');
    await says('systemctl start ties');
    expect(await unit('StatusText')).toMatch(/^node N1: running/);
    expect(JSON.parse(await says('ties status --json'))).toMatchObject({ name: 'N1', radio: 'ok' });
    const doctor = JSON.parse(await says('ties doctor --json --config /etc/ties/role.json'));
    expect(doctor.ok).toBe(true);
    const loaded = doctor.checks.filter(({ id }: { id: string }) => id.startsWith('npm.'));
    expect(loaded.map(({ level }: { level: string }) => level)).toEqual(Array(5).fill('ok'));
    expect(JSON.parse(await says('ties doctor --json')).ok).toBe(true);
  });

  test.each([
    ['its radio is gone', 'systemctl stop air', AIR],
    ['its TPM is silent', 'pkill -STOP -x swtpm', 'pkill -CONT -x swtpm; true'],
  ])('the watchdog ends it when %s', async (_, spoil, mend) => {
    const folder = '/run/systemd/system/ties.service.d';
    await says(`mkdir -p ${folder} && printf '[Service]\\nWatchdogSec=2\\n' > ${folder}/fast.conf`);
    await says('systemctl daemon-reload && systemctl restart ties && sleep 3');
    expect(await unit('NRestarts')).toBe('0');
    const since = await says('date +@%s');
    await says(spoil);
    await until(
      `journalctl -q -u ties -o cat --since ${since} | grep -q '^ties.service: Watchdog timeout'`,
    );
    await says(`${mend}; rm -r ${folder}; systemctl daemon-reload; systemctl restart ties`);
  });

  test('a new version takes over the store, and starts anew', async () => {
    const store = () => says('stat --format="%i %U" /var/lib/ties/store.mdb');
    const before = [await store(), await unit('MainPID')] as const;
    await says('apt-get install --yes --reinstall /root/ties_amd64.deb');
    expect(await unit('ActiveState')).toBe('active');
    expect(await store()).toBe(before[0]);
    expect(await unit('MainPID')).not.toBe(before[1]);
  });

  test('removing keeps what it has stored, purging deletes it and says so', async () => {
    const files = (await says('dpkg -L ties')).split('\n').filter((path) => path.includes('ties'));
    await says('systemctl stop air; apt-get remove --yes ties');
    expect(await says('ls /etc/ties /var/lib/ties')).toMatch(/role\.json[\s\S]*store\.mdb/);
    expect((await run('pgrep -x ties')).code).toBe(1);
    expect(await says('apt-get purge --yes ties')).toContain(
      'ties: /var/lib/ties and the role file are deleted',
    );
    const left = await says(`ls -d ${files.join(' ')} /var/lib/ties 2>/dev/null; true`);
    expect(left).toBe('');
  });
});
