import { basename } from 'node:path';
import { TiesError } from '../../protocol/errors.ts';
import { Hub } from '../../transports/inspect/hub.ts';
import type { InspectEvent } from '../../transports/inspect/interface.ts';
import { eventsOf } from '../../transports/inspect/recording.ts';
import { openTrace } from '../trace/open.ts';
import { ofJournal } from './of-journal.ts';
import { ofTrace } from './of-trace.ts';

/** How captures begin: pcapng, and pcap of microseconds and of nanoseconds, in either byte order. */
const CAPTURES = ['0a0d0d0a', 'd4c3b2a1', 'a1b2c3d4', '4d3cb2a1', 'a1b23c4d'];
const JOURNAL = '{"journal":';

/** A run for the inspector, its last moment the present. */
export interface Recorded {
  readonly epochMs: number;
  readonly events: readonly InspectEvent[];
}

/**
 * The run that a file holds: one that the page saved, a journal or a trace. Rejects with
 * `INSPECT_FILE` where it is none of these, and as reading a trace or a journal does.
 */
export const recordedRun = async (file: string): Promise<Hub> => {
  const [begin, chunks] = await begun(await openTrace(file));
  const { epochMs, events } = await recorded(begin, chunks);
  if (events.length === 0) throw foreign(file);
  const lastMs = events.reduce((latest, event) => Math.max(latest, momentOf(event)), 0);
  const hub = new Hub({
    ...{ title: basename(file), clock: { now: () => lastMs }, epochMs, detail: 'always' },
    ...{ maxEvents: events.length + 1, maxBytes: Number.POSITIVE_INFINITY },
  });
  for (const event of events) hub.tell(event);
  return hub;
};

const recorded = (begin: Uint8Array, chunks: AsyncIterable<Uint8Array>): Promise<Recorded> => {
  const bytes = Buffer.from(begin);
  if (CAPTURES.includes(bytes.toString('hex', 0, 4))) return ofTrace(chunks);
  if (bytes.toString('utf8', 0, JOURNAL.length) === JOURNAL) return ofJournal(chunks);
  return saved(chunks);
};

const saved = async (chunks: AsyncIterable<Uint8Array>): Promise<Recorded> => {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return { epochMs: 0, events: eventsOf(Buffer.concat(parts).toString()) };
};

const momentOf = (event: InspectEvent): number => ('atMs' in event ? event.atMs : 0);

/** The first bytes, and all of them. */
const begun = async (
  chunks: AsyncIterable<Uint8Array>,
): Promise<[Uint8Array, AsyncIterable<Uint8Array>]> => {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done === true) return [new Uint8Array(), chunks];
  const all = async function* () {
    yield first.value;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
      yield next.value;
  };
  return [first.value, all()];
};

const foreign = (file: string): TiesError =>
  new TiesError(
    'INSPECT_FILE',
    `${file} has nothing to show: give a run that the page saved, a journal or a trace.`,
  );
