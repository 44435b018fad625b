import { Command } from 'commander';
import { pino } from 'pino';
import { differenceLines } from '../runtime/journal/difference.ts';
import { readJournal } from '../runtime/journal/read.ts';
import { type Replay, replayJournal } from '../runtime/journal/replay.ts';
import { settled } from '../simulations/heap-clock.ts';
import { openTrace } from './trace/open.ts';

/** What `ties replay` exits with; stable. What is no journal or trace is `TiesError`'s 2. */
const EXIT = { same: 0, different: 1 } as const;

interface Options {
  readonly json: boolean;
}

/** `ties replay`: what was recorded, once more. */
export const replayCommand = (): Command =>
  new Command('replay')
    .description('Execute a journal again, and say where it goes otherwise')
    .argument('<file>', 'what --journal has written, gzipped or not')
    .option('--json', 'answer with one line of JSON', false)
    .addHelpText(
      'after',
      '\nExits with 0 where all was done again, 1 where something went otherwise, 2 where the file ' +
        'is no journal.',
    )
    .action(async (file: string, { json }: Options) => {
      process.exitCode = await exactly(file, json);
    });

const exactly = async (file: string, json: boolean): Promise<number> => {
  const startedMs = performance.now();
  const replay = await replayJournal({
    ...{ lines: readJournal(await openTrace(file)), settled },
    log: pino({ level: 'silent' }),
  });
  const tookMs = performance.now() - startedMs;
  const { difference, ...figures } = replay;
  const isSame = difference === null;
  const lines = json
    ? [JSON.stringify({ ok: isSame, ...figures, tookMs, difference })]
    : isSame
      ? [sameLine(replay, tookMs)]
      : differenceLines(difference);
  process.stdout.write(`${lines.join('\n')}\n`);
  return isSame ? EXIT.same : EXIT.different;
};

const sameLine = ({ runs, turns, states, spanMs }: Replay, tookMs: number): string =>
  `All was done again: ${runs} starts of devices, ${turns} turns, ${states} states; ` +
  `${(spanMs / 1000).toFixed(1)} s in ${(tookMs / 1000).toFixed(1)} s (${Math.round(spanMs / tookMs)} times as fast).`;
