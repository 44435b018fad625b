import { once } from 'node:events';
import { Command } from 'commander';
import { wallClock } from '../drivers/clock/wall.ts';
import { punctualClock } from '../simulations/air-socket/punctual-clock.ts';
import { serveAir } from '../simulations/air-socket/server.ts';
import { simulatedMedium } from '../simulations/medium/medium.ts';
import { seededRandom } from '../simulations/seeded-random.ts';
import { seed, share } from './arguments.ts';

interface AirOptions {
  readonly socket: string;
  readonly loss: number;
  readonly seed: number;
}

/** `ties air`: the radio channel of simulated devices that run in processes of their own. */
export const airCommand = (): Command =>
  new Command('air')
    .description('Serve a simulated radio channel, in real time, to other processes')
    .requiredOption('--socket <path>', 'Unix socket to make')
    .option('--loss <share>', 'share of frames lost at each receiver', share, 0)
    .option('--seed <n>', 'where losses are drawn from', seed, 1)
    .action(runAir);

async function runAir({ socket: path, loss, seed }: AirOptions): Promise<void> {
  const clock = punctualClock(wallClock);
  const medium = simulatedMedium({ clock, random: seededRandom(seed, 'medium'), loss });
  const server = await serveAir({ path, medium, clock });
  process.stdout.write(`The air is served at ${path} until this ends.\n`);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await server.close();
}
