import { pino } from 'pino';
import { readJournal } from '../../runtime/journal/read.ts';
import { replayJournal } from '../../runtime/journal/replay.ts';
import { settled } from '../../simulations/heap-clock.ts';
import { journalOfAnHour } from './hour.ts';

/** What docs/traces.md says. */
const LEAST_SPEED = 100;

const parts: string[] = [];
const recordedMs = performance.now();
await journalOfAnHour((text) => parts.push(text));
const startedMs = performance.now();
async function* journal() {
  yield Buffer.from(parts.join(''));
}
const replay = await replayJournal({
  ...{ lines: readJournal(journal()), settled },
  log: pino({ level: 'silent' }),
});
const tookMs = performance.now() - startedMs;
const speed = replay.spanMs / tookMs;
const bytes = parts.reduce((sum, { length }) => sum + length, 0);
const isSame = replay.difference === null;
process.stdout.write(
  [
    `journal   ${(bytes / 1e6).toFixed(1)} MB, ${replay.turns} turns, ${replay.states} states, recorded in ${((startedMs - recordedMs) / 1000).toFixed(1)} s`,
    `replay    ${isSame ? 'the same' : 'NOT the same'}, ${(replay.spanMs / 1000).toFixed(0)} s in ${(tookMs / 1000).toFixed(1)} s: ${speed.toFixed(0)} times as fast`,
    '',
  ].join('\n'),
);
if (!isSame || speed < LEAST_SPEED) process.exitCode = 1;
