import { afterEach, expect, test } from 'vitest';
import { Processes } from './processes.ts';

const LIMIT_MS = 120_000;

let processes: Processes;
afterEach(() => processes.close(), LIMIT_MS);

/** Real processes: `npm run test:run`. */
test.runIf(process.env.TIES_PROCESSES)(
  'a reading of a node with a sensor is seen at the center and at another node by ties watch',
  async () => {
    processes = new Processes();
    const [center, receiver] = [processes.role('center', 'CE'), processes.role('node', 'N2')];
    const air = processes.start(['air', '--socket', processes.path('air')]);
    const [n2] = await Promise.all([
      processes.provision(receiver),
      processes.provision(center),
      air.says(/is served/),
    ]);
    const sensing = processes.role('node', 'N1', {
      sensor: { driver: 'synthetic', intervalS: 10, peers: ['center', n2.device] },
    });
    const n1 = await processes.provision(sensing);
    await processes.device(center, /center\.ready/);
    for (const { label } of [n1, n2]) await processes.ask('CE', 'admit', label);
    await processes.ask('CE', 'window', 'open');
    await Promise.all([
      processes.device(sensing, /node\.joined/),
      processes.device(receiver, /node\.joined/),
    ]);
    const watching = ['CE', 'N2'].map((name) =>
      processes.start(['watch', '--socket', processes.socket(name)]),
    );
    await Promise.all(watching.map((watch) => watch.says(/"reading\.received".*"temperatureC"/)));
    const { sensor } = await processes.ask('N1', 'status');
    expect(sensor).toMatchObject({
      ...{ state: 'ok', advice: null, last: { temperatureC: expect.any(Number) } },
      peers: [
        { peer: 'center', state: 'ok', dropped: 0 },
        { peer: n2.device, state: 'ok', dropped: 0 },
      ],
    });
  },
  LIMIT_MS,
);
