import { pino } from 'pino';
import type { Clock } from '../../drivers/clock/interface.ts';
import { differenceLines } from '../../runtime/journal/difference.ts';
import { readJournal } from '../../runtime/journal/read.ts';
import { replayJournal } from '../../runtime/journal/replay.ts';
import { settled } from '../../simulations/heap-clock.ts';
import { Hub } from '../../transports/inspect/hub.ts';
import type { DutySeen, InspectEvent, MessageSeen } from '../../transports/inspect/interface.ts';
import { watchedLink } from '../../transports/inspect/watched-link.ts';
import type { Link } from '../../transports/lora/interface.ts';
import type { Recorded } from './recorded-run.ts';

const READ_BYTES = 1024 * 1024;
/** Of a long run the last part is shown; a page keeps no more either. */
const MAX_EVENTS = 100_000;

/** A journal, executed again with an inspector looking on, up to where it goes otherwise. */
export const ofJournal = async (chunks: AsyncIterable<Uint8Array>): Promise<Recorded> => {
  const run = new JournalledRun();
  const { difference } = await replayJournal({
    ...{ lines: readJournal(chunks), settled, log: pino({ level: 'silent' }) },
    inspected: (device, clock) => ({
      feed: run.feed(device),
      watchLink: (link) => run.watchLink(link, device, clock),
    }),
    ended: () => run.end(),
  });
  if (difference !== null) process.stderr.write(`${differenceLines(difference).join('\n')}\n`);
  return { epochMs: 0, events: run.events };
};

/** All that inspectors of the devices of one journal would have told. */
class JournalledRun {
  readonly #hub = new Hub({
    ...{ title: '', clock: { now: () => this.#nowMs }, epochMs: 0, detail: 'always' },
    ...{ maxEvents: MAX_EVENTS, maxBytes: Number.POSITIVE_INFINITY },
  });
  readonly #devices = new Set<string>();
  readonly #names = new Map<string, string>();
  #messages = 0;
  #nowMs = 0;
  /** Once all turns were made. */
  #events: InspectEvent[] | null = null;

  feed(device: string) {
    const feed = this.#hub.feed(device);
    this.#devices.add(device);
    return {
      inspect: (...[seen, atMs]: Parameters<typeof feed.inspect>) => {
        this.#nowMs = atMs;
        feed.inspect(seen, atMs);
      },
      news: feed.news,
    };
  }

  /** Links number their own messages; here they are those of one run. */
  watchLink(link: Link, name: string, clock: Clock): Link {
    const tell = (event: MessageSeen | DutySeen): void => {
      this.#messages += 1;
      this.#hub.tell(event.type === '@ties.message' ? { ...event, id: this.#messages } : event);
    };
    return {
      ...watchedLink({ link, clock, name, tell }),
      listenAs: (addresses) => {
        for (const address of addresses) this.#names.set(`address ${address}`, name);
        link.listenAs(addresses);
      },
    };
  }

  /** All turns were made: how everybody is doing now is the end of it. */
  end(): void {
    const reader = this.#hub.watch();
    const events: InspectEvent[] = [];
    for (let texts = reader.read(READ_BYTES); texts.length > 0; texts = reader.read(READ_BYTES))
      for (const text of texts) {
        const event = this.#named(JSON.parse(text));
        if (event.type !== '@ties.hello' && this.#isWanted(event)) events.push(event);
      }
    reader.close();
    this.#events = withoutLastStops(events);
  }

  get events(): readonly InspectEvent[] {
    return this.#events ?? [];
  }

  #named(event: InspectEvent): InspectEvent {
    if (event.type !== '@ties.message') return event;
    const { device, to } = event;
    return {
      ...event,
      device: this.#names.get(device) ?? device,
      to: this.#names.get(to) ?? to,
    };
  }

  /** Where the sender is in the journal too, its own account of a message is the better one. */
  #isWanted(event: InspectEvent): boolean {
    const isHeard = event.type === '@ties.message' && event.frames === 0;
    return !isHeard || !this.#devices.has(event.device);
  }
}

/** A journal ends as its devices do; what they came to is the better last sight of them. */
const withoutLastStops = (events: readonly InspectEvent[]): InspectEvent[] => {
  const roots = new Map<string, string>();
  for (const event of events)
    if (event.type === '@xstate.actor') roots.set(event.device, event.rootId);
  return events.filter(
    (event) =>
      (event.type !== '@xstate.snapshot' && event.type !== '@xstate.event') ||
      event.event.type !== 'xstate.stop' ||
      roots.get(event.device) !== event.rootId,
  );
};
