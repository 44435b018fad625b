import { pino } from 'pino';
import { differenceLines } from '../../runtime/journal/difference.ts';
import { readJournal } from '../../runtime/journal/read.ts';
import { type Replay, replayJournal } from '../../runtime/journal/replay.ts';
import { settled } from '../../simulations/heap-clock.ts';
import { openTrace } from '../trace/open.ts';
import type { Outcome } from './command.ts';

/** Execute a journal again. */
export const exactly = async (file: string): Promise<Outcome> => {
  const startedMs = performance.now();
  const replay = await replayJournal({
    ...{ lines: readJournal(await openTrace(file)), settled },
    log: pino({ level: 'silent' }),
  });
  const tookMs = performance.now() - startedMs;
  const { difference, ...figures } = replay;
  const ok = difference === null;
  return {
    ok,
    figures: { ...figures, tookMs, difference },
    lines: ok ? [sameLine(replay, tookMs)] : differenceLines(difference),
  };
};

const sameLine = ({ runs, turns, states, spanMs }: Replay, tookMs: number): string =>
  `All was done again: ${runs} starts of devices, ${turns} turns, ${states} states; ` +
  `${(spanMs / 1000).toFixed(1)} s in ${(tookMs / 1000).toFixed(1)} s (${Math.round(spanMs / tookMs)} times as fast).`;
