import { fromPromise } from 'xstate';
import { rosterLibrarianMachine } from '../../machines/roster/librarian.ts';
import { rosterPublisherMachine } from '../../machines/roster/publisher.ts';
import { encodeBody } from '../../protocol/body.ts';
import { BROADCAST, CENTER } from '../../protocol/identity.ts';
import type { BodyOf } from '../../protocol/messages.ts';
import {
  applyDelta,
  chainHash,
  deltaPreimage,
  PAGE_ENTRIES,
  pagePreimage,
  type Roster,
  type RosterEntry,
} from '../../protocol/roster.ts';
import type { OutgoingMessage } from '../../transports/lora/interface.ts';
import type { Association } from '../association.ts';
import type { Opened } from '../router.ts';
import type { Beginning } from '../routes.ts';
import type { CenterHost } from './host.ts';

/** Broadcasts kept for whoever missed them; one further behind gets the whole list. */
const KEPT_DELTAS = 16;

export const librarianId = (node: number): string => `roster.librarian.${node}`;

interface KeptDelta {
  readonly version: number;
  readonly payload: Uint8Array;
}

/** The signed list of authorized devices: what is broadcast, and what is repeated on request. */
export class RosterOffice {
  readonly #host: CenterHost;

  constructor(host: CenterHost) {
    this.#host = host;
  }

  publisher() {
    return rosterPublisherMachine.provide({
      actors: {
        publish: fromPromise(({ input }) => this.#publish(input.roster, input.entry)),
        transmit: fromPromise(async ({ signal }) => {
          const latest = this.#deltas.at(-1) as KeptDelta;
          await this.#host.station.outlets.send(this.#to(BROADCAST, latest.payload), signal);
        }),
      },
    });
  }

  /** Answer an authenticated roster.get: what was missed, or every page, or that there is nothing. */
  librarian(opened: Opened): Beginning {
    const { version } = opened.event.body as BodyOf<'roster.get'>;
    const { roster } = this.#host;
    const missed = this.#deltas.filter((delta) => delta.version > version);
    const pages = Math.max(1, Math.ceil(roster.entries.length / PAGE_ENTRIES));
    const repeats = missed.length === roster.version - version && missed.length <= pages;
    const count = version >= roster.version ? 1 : repeats ? missed.length : pages;
    const logic = rosterLibrarianMachine.provide({
      actors: {
        transmitPage: fromPromise(async ({ input, signal }) => {
          if (version >= roster.version) return this.#sayCurrent(opened, signal);
          const payload = repeats
            ? (missed[input.page] as KeptDelta).payload
            : await this.#signPage(roster, input.page, pages);
          await this.#host.station.outlets.send(this.#to(opened.event.from, payload), signal);
        }),
      },
    });
    return { logic, input: { pages: count } };
  }

  get #deltas(): readonly KeptDelta[] {
    return this.#host.station.store.get<readonly KeptDelta[]>('deltas') ?? [];
  }

  #to(dst: number, payload: Uint8Array): OutgoingMessage {
    return { net: this.#host.net, src: CENTER, dst, payload };
  }

  /** Store, NV floor, broadcast, in that order. */
  async #publish(roster: Roster, entry: RosterEntry): Promise<Roster> {
    const { records } = this.#host;
    const version = roster.version + 1;
    const body = encodeBody('roster.delta', { version, entries: [entry] });
    const hash = chainHash(roster.hash, version, body);
    const preimage = deltaPreimage(records.network.netId, hash, body);
    const payload = await this.#host.sign('roster.delta', body, preimage);
    const next = applyDelta(roster, [entry], hash);
    const older = this.#deltas.filter((delta) => delta.version < version);
    const deltas = [...older, { version, payload }].slice(-KEPT_DELTAS);
    await this.#host.raiseFloor(await records.keepRoster({ roster: next, deltas }));
    return next;
  }

  #signPage(roster: Roster, page: number, pages: number): Promise<Uint8Array> {
    const { version, hash } = roster;
    const entries = roster.entries.slice(page * PAGE_ENTRIES, (page + 1) * PAGE_ENTRIES);
    const body = encodeBody('roster.page', { version, hash, page, pages, entries });
    const preimage = pagePreimage(this.#host.records.network.netId, body);
    return this.#host.sign('roster.page', body, preimage);
  }

  async #sayCurrent(opened: Opened, signal: AbortSignal): Promise<void> {
    const { from } = opened.event;
    const association = this.#host.associationOf(from) as Association;
    const clear = { re: opened.request.counter };
    const sealed = await this.#host.sealTo(association, { name: 'ack', clear, body: {} });
    await this.#host.station.transmit(sealed, { signal, answering: opened.request });
  }
}
