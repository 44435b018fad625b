import { afterEach, expect, test } from 'vitest';
import { Processes } from './processes.ts';

const LIMIT_MS = 120_000;

let processes: Processes;
afterEach(() => processes.close(), LIMIT_MS);

/** A process of its own: `npm run test:run`. */
test.runIf(process.env.TIES_PROCESSES)(
  'a device that fails ends its daemon, with what to do as the last line',
  async () => {
    processes = new Processes();
    const air = processes.start(['air', '--socket', processes.path('air')]);
    await air.says(/is served/);
    const { code, stderr } = await processes.run('run', '--config', processes.role('node', 'N1'));
    expect(code).toBe(1);
    expect(stderr.trim().split('\n').at(-1)).toMatch(/^TPM_NOT_PROVISIONED: .*[Pp]rovision/);
  },
  LIMIT_MS,
);
