import { Command, Option } from 'commander';
import {
  type AlohaInput,
  type AlohaModel,
  MODELS,
  simulateAloha,
  TRAFFIC,
  type Traffic,
} from '../simulations/aloha/aloha.ts';
import { EXPERIMENTS, type Experiment } from '../simulations/aloha/experiment.ts';
import { seededRandom } from '../simulations/seeded-random.ts';
import { integer, seed } from './arguments.ts';

const DAY_MS = 86_400_000;

interface AlohaOptions {
  readonly nodes: number;
  readonly days: number;
  readonly periodMs: number;
  readonly payload: number;
  readonly model: AlohaModel;
  readonly experiment: string;
  readonly traffic: Traffic;
  readonly seed: number;
  readonly json?: boolean;
}

/** `ties simulate`: models of the channel, without the protocol. */
export const simulateCommand = (): Command =>
  new Command('simulate')
    .description('Simulate a channel alone, without our protocol, to compare with others')
    .addCommand(
      new Command('aloha')
        .description('Nodes that send to one gateway whenever they please: the share that arrives')
        .option('--nodes <n>', 'how many', integer(1, 1_000_000), 100)
        .option('--days <n>', 'for how long', integer(1, 3650), 58)
        .option('--period-ms <n>', 'between frames of a node', integer(1, 2 ** 31), 1_000_000)
        .option('--payload <bytes>', 'bytes of each frame', integer(0, 255), 20)
        .addOption(
          new Option('--model <model>', 'who survives a collision')
            .choices(MODELS)
            .default('lorasim'),
        )
        .addOption(
          new Option('--experiment <n>', "LoRaSim's, which says with what nodes send")
            .choices(EXPERIMENTS.map(String))
            .default('0'),
        )
        .addOption(new Option('--traffic <kind>', 'when').choices(TRAFFIC).default('poisson'))
        .option('--seed <n>', 'where places and pauses are drawn from', seed, 1)
        .option('--json', 'print {sent, delivered, deliveryRatio, events, wallMs} alone')
        .action(runAloha),
    );

function runAloha({ days, payload, experiment, json, ...options }: AlohaOptions): void {
  const input: AlohaInput = {
    ...options,
    durationMs: days * DAY_MS,
    payloadBytes: payload,
    experiment: Number(experiment) as Experiment,
  };
  const startMs = performance.now();
  const result = simulateAloha(input, seededRandom(options.seed, 'aloha'));
  const wallMs = performance.now() - startMs;
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...result, wallMs })}\n`);
    return;
  }
  const { sent, delivered, deliveryRatio, events } = result;
  process.stdout.write(
    `${delivered} of ${sent} frames arrived: ${(100 * deliveryRatio).toFixed(2)} %\n` +
      `${events} events in ${(wallMs / 1000).toFixed(2)} s\n`,
  );
}
