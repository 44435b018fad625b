import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Processes, type Ties } from './processes.ts';

const LIMIT_MS = 300_000;

let processes: Processes;
afterEach(() => processes.close(), LIMIT_MS);

const killed = async ({ process, exit }: Ties): Promise<void> => {
  process.kill('SIGKILL');
  await exit;
};

const states = async (name: string): Promise<string[]> => {
  const { nodes } = await processes.ask(name, 'nodes');
  return nodes.map(
    ({ address, state }: { address: number; state: string }) => `${address} ${state}`,
  );
};

/** Real processes: `npm run test:run`. */
test.runIf(process.env.TIES_PROCESSES)(
  'a center that lost its disk lives on by its backup, and a node that lost power by its TPM',
  async () => {
    processes = new Processes();
    const [center, node, other] = [
      processes.role('center', 'CE'),
      processes.role('node', 'N1'),
      processes.role('node', 'N2'),
    ];
    const [ce, n1] = (await processes.network(center, node, other)) as [Ties, Ties];
    await processes.ask('CE', 'rename', '2', 'Roof');
    expect(await processes.ask('N1', 'session', 'request', '3')).toMatchObject({ exit: 0 });
    const rotated = await processes.ask('N1', 'key', 'rotate');
    expect(rotated).toMatchObject({ exit: 0, rotations: [{ peer: 3, reason: null }] });

    const file = processes.path('ce.backup');
    const secret = ['--passphrase-file', processes.path('secret')];
    writeFileSync(processes.path('secret'), 'correct horse battery staple\n');
    const backup = await processes.ask('CE', 'backup', file, ...secret);
    expect(backup).toMatchObject({ exit: 0, role: 'center', masterKeys: 2, accessKeys: 0 });
    expect(await processes.ask('CE', 'backup', file, ...secret)).toMatchObject({
      ...{ exit: 2, code: 'BACKUP_FILE' },
    });
    const restore = () => processes.run('restore', file, '--config', center, ...secret, '--json');
    expect(JSON.parse((await restore()).stdout)).toMatchObject({ code: 'STORE_IN_USE' });

    await killed(ce);
    rmSync(processes.path('CE.store'), { recursive: true });
    const empty = await processes.run('run', '--config', center);
    expect(empty).toMatchObject({ code: 1, stderr: expect.stringMatching(/^CENTER_STORE_OLD: /m) });
    const restored = await restore();
    expect(restored.code).toBe(0);
    expect(JSON.parse(restored.stdout)).toMatchObject({ masterKeys: 2 });

    await killed(n1);
    await processes.device(center, /center\.ready/);
    await processes.device(node, /node\.rejoined/);
    expect(await processes.ask('N1', 'status')).toMatchObject({
      ...{ state: 'running, member', address: 2 },
    });
    expect((await processes.ask('CE', 'nodes')).nodes).toMatchObject([
      ...[{ address: 2, name: 'Roof' }, { address: 3 }],
    ]);
    expect(await processes.ask('N1', 'session', 'request', '3')).toMatchObject({ exit: 0 });
  },
  LIMIT_MS,
);

test.runIf(process.env.TIES_PROCESSES)(
  'a node that left stays out, until its TPM is cleared and it is provisioned and admitted anew',
  async () => {
    processes = new Processes();
    const [center, node] = [processes.role('center', 'CE'), processes.role('node', 'N1')];
    const [, n1] = (await processes.network(center, node)) as [Ties, Ties];
    const twin = processes.role('node', 'twin', {
      store: { directory: processes.path('N1.store') },
    });
    const second = await processes.run('run', '--config', twin);
    expect(second).toMatchObject({ code: 2, stderr: expect.stringMatching(/^STORE_IN_USE: /) });

    expect(await processes.ask('N1', 'leave', '--yes')).toMatchObject({ exit: 0, ok: true });
    expect(await states('CE')).toEqual(['2 left']);
    n1.process.kill('SIGTERM');
    expect(await n1.exit).toBe(0);
    const again = await processes.run('run', '--config', node);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/^NODE_LEFT: .*clear/m) });
    const known = await processes.run('provision', '--config', node);
    expect(known).toMatchObject({ code: 2, stderr: expect.stringMatching(/^TPM_ALREADY/) });

    rmSync(processes.path('N1.tpm'), { recursive: true });
    const { label } = await processes.provision(node);
    expect(await processes.ask('CE', 'admit', label)).toMatchObject({ exit: 0 });
    await processes.device(node, /node\.joined/);
    expect(await processes.ask('N1', 'status')).toMatchObject({ address: 3 });
    expect(await states('CE')).toEqual(['2 left', '3 active p256-policy']);
    expect(existsSync(processes.path('N1.store/store.mdb.corrupt-1'))).toBe(false);
  },
  LIMIT_MS,
);
