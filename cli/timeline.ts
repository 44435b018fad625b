import { specOf } from '../protocol/messages.ts';
import type { AirEntry, Entry, TpmEntry } from '../simulations/chronicle.ts';
import type { Step } from '../simulations/main-job.ts';

/** A step of the main job as people read it: when, who, what, how much of air and TPM it took. */
export const stepLines = ({ title, outcome, startMs, entries }: Step): string[] => [
  '',
  title,
  ...entries.map((entry) => entryLine(entry, startMs)),
  `  → ${outcome}`,
];

const entryLine = (entry: Entry, startMs: number): string => {
  const when = `${((entry.startMs - startMs) / 1000).toFixed(3)} s`.padStart(10);
  return `${when}  ${entry.kind === 'air' ? airLine(entry) : tpmLine(entry)}`;
};

function airLine({ from, to, message, bytes, airtimeMs, frames, retransmissions }: AirEntry) {
  const fact = message === null ? '' : specOf(message).fact;
  const again = retransmissions === 0 ? '' : `, ${retransmissions} again`;
  return [
    `${from} → ${to}`.padEnd(11),
    (message ?? '?').padEnd(14),
    fact.padEnd(26),
    `${bytes} B`.padStart(7),
    `${airtimeMs.toFixed(0)} ms on air`.padStart(15),
    `  ${frames} frame${frames === 1 ? '' : 's'}${again}`,
  ].join('');
}

function tpmLine({ device, operation, startMs, endMs }: TpmEntry) {
  return [
    device.padEnd(11),
    'TPM'.padEnd(14),
    operation.padEnd(26),
    ''.padStart(7),
    `${(endMs - startMs).toFixed(0)} ms in TPM`.padStart(15),
  ].join('');
}
