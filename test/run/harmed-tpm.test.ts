import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { startBus } from '../../simulations/swtpm/bus.ts';
import { type Swtpm, startSwtpm } from '../../simulations/swtpm/process.ts';
import { Processes, type Ties } from './processes.ts';

const LIMIT_MS = 120_000;

let processes: Processes;
let swtpm: Swtpm;
afterEach(async () => {
  await processes.close();
  await swtpm.stop();
}, LIMIT_MS);

/** TPM2_Clear, authorized by the lockout's empty password (Part 3, 24.6). */
const CLEAR = Buffer.from('80020000001b000001264000000c00000009400000090000000000', 'hex');
/** CMD_INIT of swtpm's control channel: the power goes and comes. */
const INIT = Buffer.from('0000000200000000', 'hex');

/** A center and two nodes; the first has a TPM to which somebody else has access too. */
const network = async () => {
  processes = new Processes();
  swtpm = await startSwtpm();
  let next: Uint8Array | null = null;
  const precede = (): Uint8Array | null => {
    const command = next;
    next = null;
    return command;
  };
  const { tcti } = await startBus(swtpm, { precede });
  const socket = tcti.replace('swtpm:path=', '');
  const node = processes.role('node', 'N1', { tpm: { driver: 'swtpm', socket } });
  const others = [processes.role('center', 'CE'), processes.role('node', 'N2')] as const;
  const [, n1] = (await processes.network(others[0], node, others[1])) as [Ties, Ties];
  const clear = (): void => {
    next = CLEAR;
  };
  return { node, n1, clear };
};

const addressOf = async (name: string): Promise<string> =>
  String((await processes.ask(name, 'status')).address);

/** Real processes: `npm run test:run`. */
test.runIf(process.env.TIES_PROCESSES)(
  'a TPM that is reset under a running daemon is started again, and nobody notices',
  async () => {
    await network();
    const control = connect(`${swtpm.path}.ctrl`);
    control.write(INIT);
    await once(control, 'data');
    control.destroy();
    const request = await processes.ask('N1', 'session', 'request', await addressOf('N2'));
    expect(request).toMatchObject({ exit: 0, ok: true, confirmed: true });
    const status = await processes.ask('N1', 'status');
    expect(status).toMatchObject({ state: 'running, member', tpm: 'ok' });
  },
  LIMIT_MS,
);

test.runIf(process.env.TIES_PROCESSES)(
  'a TPM that is cleared under a running daemon is told, with what to do, and before the next start',
  async () => {
    const { node, n1, clear } = await network();
    clear();
    const request = await processes.ask('N1', 'session', 'request', await addressOf('N2'));
    expect(request).toMatchObject({ exit: 1, ok: false });
    expect(request.message).toMatch(/provision/);
    await n1.says(/"advice":"[^"]*provision/);
    expect(await processes.ask('N1', 'status')).toMatchObject({ exit: 0, tpm: 'TPM_REFUSED' });
    expect(await processes.ask('N2', 'status')).toMatchObject({ state: 'running, member' });
    n1.process.kill('SIGTERM');
    expect(await n1.exit).toBe(0);
    const { code, stderr } = await processes.run('run', '--config', node);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^TPM_NOT_PROVISIONED: .*[Pp]rovision/m);
  },
  LIMIT_MS,
);
