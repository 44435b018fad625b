import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parentPort } from 'node:worker_threads';
import { wallClock } from '../../drivers/clock/wall.ts';
import { perform, type Task } from './perform.ts';
import type { Meter } from './scenario.ts';

/** A thread takes no --expose-gc; what is garbage is not in use. */
setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const meter: Meter = {
  wallMs: () => wallClock.now(),
  cpuMs: () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  },
  heapBytes: () => {
    collect();
    return process.memoryUsage().heapUsed;
  },
};

/** A thread that does one run after the other, as it is told. */
parentPort?.on('message', async (task: Task) => {
  try {
    parentPort?.postMessage(await perform(task, meter));
  } catch (error) {
    const failed = error instanceof Error ? (error.stack ?? error.message) : String(error);
    parentPort?.postMessage({ failed });
  }
});
