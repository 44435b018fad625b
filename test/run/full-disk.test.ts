import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { Processes } from './processes.ts';

const LIMIT_MS = 120_000;

let processes: Processes;
afterEach(() => processes.close(), LIMIT_MS);

/** A view of mounts of its own, where this machine lets us. */
const UNSHARE = process.getuid?.() === 0 ? ['unshare', '-m'] : ['unshare', '-Urm'];
const mayMount = spawnSync(UNSHARE[0] as string, [...UNSHARE.slice(1), 'true']).status === 0;

const fill = (file: string): void => {
  for (const bytes of [65_536, 1])
    try {
      for (;;) appendFileSync(file, Buffer.alloc(bytes));
    } catch (error) {
      expect(error).toMatchObject({ code: 'ENOSPC' });
    }
};

/** Real processes, the center's store on a small disk of its own: `npm run test:run`. */
test.runIf(process.env.TIES_PROCESSES && mayMount)(
  'a center whose disk is full says so, goes on, and does what it is asked when there is room',
  async () => {
    processes = new Processes();
    const [center, node] = [processes.role('center', 'CE'), processes.role('node', 'N1')];
    await processes.air();
    await processes.provision(center);
    const { label } = await processes.provision(node);
    const store = processes.path('CE.store');
    mkdirSync(store);
    const small = `mount -t tmpfs -o size=1m,mode=700 tmpfs ${store} && exec "$@"`;
    const under = [...UNSHARE, 'sh', '-c', small, 'sh'];
    const ce = processes.start(['run', '--config', center], {}, under);
    await ce.says(/center\.ready/);

    const filler = `/proc/${ce.process.pid}/root${store}/filler`;
    fill(filler);
    const refused = await processes.ask('CE', 'admit', label);
    expect(refused).toMatchObject({ exit: 1, code: 'CONTROL_ADMISSION' });
    expect(refused.message).toMatch(/STORE_FULL.*Make room/);
    await ce.says(/"store\.failed".*|STORE_FULL/);
    expect(await processes.ask('CE', 'status')).toMatchObject({ exit: 0, state: 'running' });

    rmSync(filler);
    expect(await processes.ask('CE', 'admit', label)).toMatchObject({ exit: 0 });
    await processes.ask('CE', 'window', 'open');
    await processes.device(node, /node\.joined/);
  },
  LIMIT_MS,
);
