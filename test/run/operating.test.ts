import { afterEach, expect, test } from 'vitest';
import { Processes, until } from './processes.ts';

const LIMIT_MS = 180_000;

let processes: Processes;
afterEach(() => processes.close(), LIMIT_MS);

/** Real processes: `npm run test:run`. */
test.runIf(process.env.TIES_PROCESSES)(
  'a table of labels lets a fleet in while the window is watched, and a device is taken out again',
  async () => {
    processes = new Processes();
    const roles = [processes.role('node', 'N1'), processes.role('node', 'N2')];
    const center = processes.role('center', 'CE');
    const table = ['--csv', processes.path('labels.csv')];
    await processes.air();
    await processes.provision(center);
    for (const [at, file] of roles.entries())
      await processes.run('provision', '--config', file, '--name', `Roof ${at + 1}`, ...table);
    const ce = await processes.device(center, /center\.ready/);
    const admitted = { code: null, message: null };
    expect(await processes.ask('CE', 'admit', ...table)).toMatchObject({
      ...{ exit: 0, rows: [admitted, admitted] },
    });
    const again = await processes.ask('CE', 'admit', ...table);
    expect(again).toMatchObject({ exit: 1, ok: false });
    expect(again.rows[0].message).toMatch(/LABEL_KNOWN/);

    const socket = ['--socket', processes.socket('CE')];
    const watch = processes.start(['window', 'open', '--watch', ...socket]);
    await until(async () => (await processes.ask('CE', 'status')).windowS > 0);
    await Promise.all(roles.map((file) => processes.device(file, /node\.joined/)));
    for (const name of ['Roof 1', 'Roof 2'])
      await watch.says(new RegExp(`^Device ${name} has joined, as [23]\\.$`, 'm'));
    expect(await processes.ask('CE', 'window', 'close')).toMatchObject({ exit: 0, windowS: 0 });
    expect(await watch.exit).toBe(0);
    expect(watch.output.stdout).toMatch(/\nClosed\. 2 joined\.\n$/);

    expect(await processes.ask('CE', 'revoke', 'Roof 2', '--yes')).toMatchObject({ exit: 0 });
    expect(await processes.ask('CE', 'revoke', 'Roof 3', '--yes')).toMatchObject({
      ...{ exit: 1, code: 'CONTROL_NO_DEVICE' },
    });
    await until(async () => /dismissed/.test((await processes.ask('N2', 'status')).state));
    const { nodes } = await processes.ask('CE', 'nodes');
    expect(nodes).toMatchObject([
      ...[{ name: expect.stringMatching(/Roof/) }, { name: expect.stringMatching(/Roof/) }],
    ]);
    expect(nodes.find(({ name }: { name: string }) => name === 'Roof 2').state).toBe('revoked');

    ce.process.kill('SIGTERM');
    expect(await ce.exit).toBe(0);
    expect(await processes.ask('CE', 'nodes')).toMatchObject({
      ...{ exit: 2, code: 'CONTROL_UNREACHABLE' },
    });
  },
  LIMIT_MS,
);
