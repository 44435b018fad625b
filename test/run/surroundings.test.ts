import { resolve } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { Processes, type Ties, until } from './processes.ts';

const LIMIT_MS = 180_000;

let processes: Processes;
afterEach(() => processes.close(), LIMIT_MS);

const preload = (name: string) => ({
  NODE_OPTIONS: `--import tsx --import ${resolve(`test/run/preload/${name}.ts`)}`,
});

/** Real processes: `npm run test:run`. */
test.runIf(process.env.TIES_PROCESSES)(
  'a date that jumps ten years ahead, and thirty back, changes nothing',
  async () => {
    processes = new Processes();
    const roles = [
      processes.role('center', 'CE'),
      processes.role('node', 'N1'),
      processes.role('node', 'N2'),
    ];
    const devices = (await processes.networkIn(preload('date'), ...roles)) as Ties[];
    const peer = String((await processes.ask('N2', 'status')).address);
    const years: number[] = [];
    for (const request of [
      ['session', 'request'],
      ['key', 'rotate'],
      ['key', 'rotate'],
    ]) {
      expect(await processes.ask('N1', ...request, peer)).toMatchObject({ exit: 0 });
      const { upS, state, radio } = await processes.ask('N1', 'status');
      expect({ state, radio }).toEqual({ state: 'running, member', radio: 'ok' });
      expect(upS).toBeLessThan(LIMIT_MS / 1000);
      expect(upS).toBeGreaterThanOrEqual(0);
      const { stdout } = (devices[1] as Ties).output;
      const [, time] = /"time":(\d+).*\n$/.exec(stdout) as unknown as [string, string];
      years.push(new Date(Number(time)).getUTCFullYear());
      for (const { process: each } of devices) each.kill('SIGUSR2');
    }
    const [now = 0] = years;
    expect(years).toEqual([now, now + 10, now - 20]);
  },
  LIMIT_MS,
);

test.runIf(process.env.TIES_PROCESSES)(
  'a sensor that disappears is told, with what to do, and taken up again when it is back',
  async () => {
    processes = new Processes();
    const sensor = { driver: 'bme280' as const, intervalS: 10, peers: ['center'] };
    const roles = [processes.role('center', 'CE'), processes.role('node', 'N1', { sensor })];
    const [, n1] = (await processes.networkIn(preload('sensor'), ...roles)) as [Ties, Ties];
    const report = async () => (await processes.ask('N1', 'status')).sensor;
    await until(async () => (await report()).last !== null);
    n1.process.kill('SIGUSR2');
    await n1.says(/"sensor\.failed"/);
    expect(await report()).toMatchObject({
      ...{ state: 'I2C_NO_ACK', advice: expect.stringMatching(/wire|ties doctor|Check/) },
    });
    const { number } = (await report()).last;
    n1.process.kill('SIGUSR2');
    await n1.says(/"sensor\.recovered"/);
    await until(async () => (await report()).last.number > number);
    expect(await report()).toMatchObject({ state: 'ok', peers: [{ dropped: 0 }] });
  },
  LIMIT_MS,
);
