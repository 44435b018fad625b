import { Command } from 'commander';
import { TiesError } from '../../protocol/errors.ts';
import { integer, seed } from '../arguments.ts';
import { seconds } from '../trace/filter.ts';
import { exactly } from './exactly.ts';
import { ontoDemo, ontoRadio } from './onto.ts';
import { through } from './through.ts';

/** What `ties replay` exits with; stable. What is no journal or trace is `TiesError`'s 2. */
const EXIT = { same: 0, different: 1, unusable: 2 } as const;
const MAX_NODES = 200;
/** `--onto` this is onto the air of a simulated network. */
const DEMO = 'demo';

interface Options {
  readonly through?: string;
  readonly onto?: string;
  readonly nodes: number;
  readonly seed: number;
  readonly on: number;
  readonly json: boolean;
}

/** The network of a demo: the same seed makes the same devices with the same keys. */
export type DemoNetwork = Pick<Options, 'nodes' | 'seed'>;

export interface Outcome {
  readonly ok: boolean;
  readonly lines: readonly string[];
  /** For `--json`. */
  readonly figures: object;
}

/** `ties replay`: what was recorded, once more. */
export const replayCommand = (): Command =>
  new Command('replay')
    .description('Execute a journal again, or say a trace again, to a device or onto the air')
    .argument('<file>', 'what --journal or --trace has written, gzipped or not')
    .option('--through <device>', 'a trace: let CE, N1 … of a demo hear it, and tell what it does')
    .option(
      '--onto <where>',
      'a trace: say it on the air; demo, or a role file, whose radio then sends under its duty cycle',
    )
    .option('--nodes <n>', 'nodes of that demo', integer(1, MAX_NODES), 3)
    .option('--seed <n>', 'its seed; that of the recorded demo gives its keys', seed, 1)
    .option('--on <seconds>', 'when that device is switched on, by the trace', seconds, 0)
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText(
      'after',
      '\nExits with 0 where all of a journal was done again, or all of a trace was refused; 1 where ' +
        'something went otherwise, or was taken up; 2 where a file is none that it may be.',
    )
    .action(async (file: string, options: Options) => {
      const outcome = await outcomeOf(file, options);
      if (outcome === null) {
        process.exitCode = EXIT.unusable;
        return;
      }
      const { ok, lines, figures } = outcome;
      const said = options.json ? [JSON.stringify({ ok, ...figures })] : lines;
      process.stdout.write(`${said.join('\n')}\n`);
      process.exitCode = ok ? EXIT.same : EXIT.different;
    });

const outcomeOf = (file: string, options: Options): Promise<Outcome | null> => {
  const { through: device, onto, on } = options;
  if (device !== undefined && onto !== undefined)
    throw new TiesError('REPLAY_TWICE', 'Give --through or --onto, one at a time.');
  if (device !== undefined) return through(file, { ...options, device, onMs: on * 1000 });
  if (onto === undefined) return exactly(file);
  return onto === DEMO ? ontoDemo(file, options) : ontoRadio(file, onto);
};
