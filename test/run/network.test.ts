import { statSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Processes } from './processes.ts';

const LIMIT_MS = 120_000;

let processes: Processes;
afterEach(() => processes.close(), LIMIT_MS);

/** Ten processes: `npm run test:run`. */
test.runIf(process.env.TIES_PROCESSES)(
  'a node that was provisioned and admitted by the commands joins the center over the air',
  async () => {
    processes = new Processes();
    const [center, node] = [processes.role('center', 'CE'), processes.role('node', 'N1')];
    const provision = (file: string) => processes.run('provision', '--config', file, '--json');
    const ask = (name: string, ...args: string[]) => processes.ask(name, ...args);

    const air = processes.start(['air', '--socket', processes.path('air')]);
    const [, ofCenter, ofNode] = await Promise.all([
      air.says(/is served/),
      provision(center),
      provision(node),
    ]);
    expect(ofCenter.code).toBe(0);
    expect(JSON.parse(ofCenter.stdout)).toEqual({ ok: true, device: null, label: null });
    const { label } = JSON.parse(ofNode.stdout) as { label: string };
    expect(label).toMatch(/^TIES1(-[0-9A-Z]{7}){8}$/);

    const journalOf = (name: string): string => processes.path(`${name}.journal`);
    const ce = processes.start(['run', '--config', center, '--journal', journalOf('CE')]);
    await ce.says(/center\.ready/);
    expect(statSync(processes.socket('CE')).mode & 0o777).toBe(0o600);
    const [admitted, opened] = await Promise.all([
      ask('CE', 'admit', label),
      ask('CE', 'window', 'open', '--for', '10m'),
    ]);
    expect(admitted).toMatchObject({ exit: 0, ok: true });
    expect(opened).toEqual({ exit: 0, ok: true, windowS: 600 });

    const n1 = processes.start(['run', '--config', node, '--journal', journalOf('N1')]);
    await n1.says(/node\.joined/);
    const [ofN1, nodes, again] = await Promise.all([
      ask('N1', 'status'),
      ask('CE', 'nodes'),
      ask('CE', 'admit', label),
    ]);
    expect(ofN1).toMatchObject({ role: 'node', state: 'running, member', radio: 'ok', address: 2 });
    expect(nodes.nodes).toMatchObject([
      { address: 2, devId: expect.stringMatching(/^[0-9a-f]{16}$/) },
    ]);
    expect(again).toMatchObject({ exit: 1, ok: false, code: 'CONTROL_ADMISSION' });

    for (const { process: each, exit } of [n1, ce]) {
      each.kill('SIGTERM');
      expect(await exit).toBe(0);
    }
    for (const { output } of [ce, n1]) expect(output.stdout).not.toContain(label);
    // Real time, real TPMs and threads, and yet every transition is the same when it is replayed.
    for (const name of ['CE', 'N1']) {
      expect(statSync(journalOf(name)).mode & 0o777).toBe(0o600);
      const { code, stdout } = await processes.run('replay', journalOf(name), '--json');
      expect(JSON.parse(stdout)).toMatchObject({ ok: true, difference: null });
      expect(code).toBe(0);
    }
  },
  LIMIT_MS,
);
