import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../../cli/control-client.ts';
import { Processes, type Ties } from '../../test/run/processes.ts';
import { notifySocket } from './notify-socket.ts';
import { cpuMs, endedCpuMs, type Memory, memory } from './usage.ts';

export interface Figures {
  /** As a member that does nothing. */
  readonly idle: Memory;
  /** After it has answered this many times. */
  readonly used: Memory;
  /** From its start to READY=1, at its best; the machine may have had other work. */
  readonly readyMs: number;
  /** The same in starts of an empty Node.js right before each, in the median. */
  readonly emptyStarts: number;
  readonly readyCpuMs: number;
  readonly emptyCpuMs: number;
  /** Share of one CPU while nothing happens, or null where nobody waited for it. */
  readonly idlePercent: number | null;
}

const ROUNDS = 7;
export const ANSWERS = 5000;

/** What the unit of the package says to Node.js. */
const NODE_OPTIONS = /"NODE_OPTIONS=(.*)"/.exec(
  readFileSync('package/debian/ties.service', 'utf8'),
)?.[1] as string;

/** A center, and a node that is provisioned, joins, is started again and again, and then left alone. */
export const measureNode = async (
  program: string,
  { idleS }: { idleS: number },
): Promise<Figures> => {
  const processes = new Processes(program);
  try {
    const air = processes.start(['air', '--socket', processes.path('air')]);
    await air.says(/is served/);
    const [center, node] = [processes.role('center', 'CE'), processes.role('node', 'N1')];
    await processes.provision(center);
    const { label } = await processes.provision(node);
    const ce = processes.start(['run', '--config', center]);
    await ce.says(/center\.ready/);
    const socket = ['--socket', processes.socket('CE')];
    await processes.run('admit', label, ...socket);
    await processes.run('window', 'open', ...socket);

    const ready = notifySocket(processes.path('notify'));
    const starts: Start[] = [];
    let n1: Ties;
    for (;;) {
      const empty = emptyStart();
      const before = performance.now();
      n1 = processes.start(['run', '--config', node], {
        NOTIFY_SOCKET: processes.path('notify'),
        NODE_OPTIONS,
      });
      await ready();
      starts.push({ empty, ms: performance.now() - before, cpuMs: cpuMs(pidOf(n1)) });
      if (starts.length === ROUNDS) break;
      if (starts.length === 1) await n1.says(/node\.joined/);
      n1.process.kill('SIGTERM');
      await n1.exit;
    }
    await n1.says(/node\.rejoined/);
    const idlePercent = await idle(pidOf(n1), idleS);
    const atRest = memory(pidOf(n1));
    for (let count = 0; count < ANSWERS; count += 1)
      await ask(processes.socket('N1'), { do: 'status' });
    return {
      readyMs: Math.min(...starts.map(({ ms }) => ms)),
      emptyStarts: median(starts.map(({ ms, empty }) => ms / empty.ms)),
      readyCpuMs: median(starts.map((start) => start.cpuMs)),
      emptyCpuMs: median(starts.map(({ empty }) => empty.cpuMs)),
      idlePercent,
      idle: atRest,
      used: memory(pidOf(n1)),
    };
  } finally {
    await processes.close();
  }
};

interface Spent {
  readonly ms: number;
  readonly cpuMs: number;
}
type Start = Spent & { readonly empty: Spent };

const pidOf = ({ process: { pid } }: Ties): number => pid as number;

const emptyStart = (): Spent => {
  const [ms, cpuMs] = [performance.now(), endedCpuMs()];
  spawnSync(process.execPath, ['-e', '0']);
  return { ms: performance.now() - ms, cpuMs: endedCpuMs() - cpuMs };
};

const idle = async (pid: number, seconds: number): Promise<number | null> => {
  if (seconds === 0) return null;
  const before = cpuMs(pid);
  await pause(seconds * 1000);
  return ((cpuMs(pid) - before) / (seconds * 1000)) * 100;
};

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
