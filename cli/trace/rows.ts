import type { Entry, MessageEntry } from '../../transports/trace/exchange.ts';

export const HEADING = [
  'time'.padStart(12),
  '  ',
  'from → to'.padEnd(20),
  'message'.padEnd(14),
  'counter'.padStart(8),
  'bytes'.padStart(9),
  'on air'.padStart(10),
  '  frames',
].join('');

/** A message as people read it: when, who, what, how much it took, what was lost of it. */
export const rowOf = (entry: Entry): string => {
  const when = `${(entry.startMs / 1000).toFixed(3)} s`.padStart(12);
  const took = `${`${entry.bytes} B`.padStart(9)}${`${entry.airtimeMs.toFixed(0)} ms`.padStart(10)}`;
  if (entry.kind === 'stray') return `${when}  ${entry.what.padEnd(42)}${took}`;
  const { from, to, message, counter } = entry;
  return [
    when,
    '  ',
    `${from} → ${to}`.padEnd(20),
    (message ?? '?').padEnd(14),
    `${counter ?? ''}`.padStart(8),
    took,
    `${entry.frames}`.padStart(4),
    remarksOf(entry),
  ].join('');
};

const remarksOf = (entry: MessageEntry): string => {
  const { retransmissions, missing, skipped } = entry;
  const remarks = [
    ...(retransmissions === 0 ? [] : [`${retransmissions} again`]),
    ...(missing.length === 0 ? [] : [`gap: fragment ${missing.join(', ')} not heard`]),
    ...(skipped === 0 ? [] : [`gap: ${plural(skipped, 'message')} before it not heard`]),
    ...lossesOf(entry),
  ];
  return remarks.length === 0 ? '' : `  ${remarks.join('; ')}`;
};

/** `lost at N2: collision, 2 frames`; not at those whom the message does not concern. */
const lossesOf = ({ losses, from, to }: MessageEntry): string[] => {
  const counts = new Map<string, number>();
  for (const { receiver, cause } of losses) {
    if (to !== 'all' && receiver !== to && receiver !== from) continue;
    const what = `lost at ${receiver}: ${cause}`;
    counts.set(what, (counts.get(what) ?? 0) + 1);
  }
  return [...counts].map(([what, count]) => (count === 1 ? what : `${what}, ${count} frames`));
};

export const plural = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`;
