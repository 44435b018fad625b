import type { MessageSeen } from '../../transports/inspect/interface.ts';
import { type Entry, Exchange, type MessageEntry } from '../../transports/trace/exchange.ts';
import { readTrace, Troubles } from '../../transports/trace/reading.ts';
import type { Recorded } from './recorded-run.ts';

/** Of a long trace the last messages are shown. */
const MAX_MESSAGES = 6_000;

/** The messages of a trace; of machines it knows nothing. */
export const ofTrace = async (chunks: AsyncIterable<Uint8Array>): Promise<Recorded> => {
  const troubles = new Troubles();
  const exchange = new Exchange();
  const messages: MessageSeen[] = [];
  let epochMs: number | null = null;
  let count = 0;
  const emit = (entry: Entry): void => {
    if (entry.kind === 'stray') return;
    messages.push(seen(entry, count));
    count += 1;
    if (messages.length > 2 * MAX_MESSAGES) messages.splice(0, MAX_MESSAGES);
  };
  for await (const batch of readTrace(chunks, troubles))
    for (const traced of batch) {
      epochMs ??= Number(traced.atNs) / 1e6;
      exchange.enter(traced, emit);
    }
  exchange.end(emit);
  for (const line of troubles.lines()) process.stderr.write(`${line}\n`);
  return { epochMs: epochMs ?? 0, events: messages.slice(-MAX_MESSAGES) };
};

const seen = (entry: MessageEntry, id: number): MessageSeen => {
  const { startMs: atMs, endMs, from: device, to, message: name } = entry;
  const { bytes, frames, airtimeMs, retransmissions, acks } = entry;
  return {
    ...{ type: '@ties.message', id, atMs, endMs, device, to, name },
    ...{ bytes, frames, airtimeMs, retransmissions, acks },
  };
};
