import { fromPromise } from 'xstate';
import { rosterLibrarianMachine } from '../../machines/roster/librarian.ts';
import { type Published, rosterPublisherMachine } from '../../machines/roster/publisher.ts';
import { encodeBody } from '../../protocol/body.ts';
import { BROADCAST, CENTER } from '../../protocol/identity.ts';
import type { BodyOf } from '../../protocol/messages.ts';
import {
  addressesOn,
  chainHash,
  deltaPreimage,
  PAGE_ENTRIES,
  pageOf,
  pagePreimage,
  type RosterEntry,
} from '../../protocol/roster.ts';
import type { OutgoingMessage } from '../../transports/lora/interface.ts';
import type { Association } from '../association.ts';
import type { Opened } from '../router.ts';
import type { Beginning } from '../routes.ts';
import type { CenterHost } from './host.ts';

/**
 * At most so many missed changes are repeated, and no more than there are pages: one further behind
 * gets the page on which it stands itself.
 */
const MOST_REPEATED = 3;

export const librarianId = (node: number): string => `roster.librarian.${node}`;

/** The signed list of authorized devices: what is broadcast, and what is repeated on request. */
export class RosterOffice {
  readonly #host: CenterHost;
  /** Those of the latest version that were asked for, by number. */
  readonly #pages = new Map<number, Promise<Uint8Array>>();
  #pagesOf = 0;

  constructor(host: CenterHost) {
    this.#host = host;
  }

  publisher() {
    return rosterPublisherMachine.provide({
      actors: {
        publish: fromPromise(({ input }) => this.#publish(input.roster, input.entries)),
        transmit: fromPromise(async ({ signal }) => {
          const { records, station, roster } = this.#host;
          const latest = records.delta(roster.version) as Uint8Array;
          await station.outlets.send(this.#to(BROADCAST, latest), signal);
        }),
      },
    });
  }

  /** Answer an authenticated roster.get: what was missed, a page, or that there is nothing. */
  librarian(opened: Opened): Beginning {
    const { version } = opened.event.body as BodyOf<'roster.get'>;
    const { from } = opened.event;
    const answers = this.#answersTo(from, version);
    const logic = rosterLibrarianMachine.provide({
      actors: {
        transmitPage: fromPromise(async ({ input, signal }) => {
          const answer = answers[input.page];
          if (answer === undefined) return this.#sayCurrent(opened, signal);
          await this.#host.station.outlets.send(this.#to(from, await answer()), signal);
        }),
      },
    });
    return { logic, input: { pages: Math.max(1, answers.length) } };
  }

  #answersTo(node: number, version: number): readonly (() => Promise<Uint8Array>)[] {
    const { records, roster } = this.#host;
    const missed = roster.version - version;
    if (missed <= 0) return [];
    const pages = Math.ceil(roster.size / PAGE_ENTRIES);
    if (missed <= Math.min(pages, MOST_REPEATED)) {
      const deltas = Array.from({ length: missed }, (_, at) => records.delta(version + 1 + at));
      if (deltas.every((delta) => delta !== undefined)) return deltas.map((one) => async () => one);
    }
    return [() => this.#page(pageOf(node))];
  }

  #to(dst: number, payload: Uint8Array): OutgoingMessage {
    return { net: this.#host.net, src: CENTER, dst, payload };
  }

  /** Store, NV floor, broadcast, in that order. */
  async #publish(roster: Published, entries: readonly RosterEntry[]): Promise<Published> {
    const { records } = this.#host;
    const version = roster.version + 1;
    const body = encodeBody('roster.delta', { version, entries });
    const hash = chainHash(roster.hash, version, body);
    const preimage = deltaPreimage(records.network.netId, hash, body);
    const payload = await this.#host.sign('roster.delta', body, preimage);
    const added = entries.filter(({ address }) => records.listed(address) === undefined);
    const next = { version, hash, size: roster.size + added.length };
    await this.#host.raiseFloor(await records.publish(next, entries, payload));
    return next;
  }

  /** Signed once a version, however many ask. */
  #page(page: number): Promise<Uint8Array> {
    const { roster } = this.#host;
    if (roster.version !== this.#pagesOf) this.#pages.clear();
    this.#pagesOf = roster.version;
    const signed = this.#pages.get(page) ?? this.#signPage(roster, page);
    this.#pages.set(page, signed);
    signed.catch(() => this.#pages.delete(page));
    return signed;
  }

  #signPage({ version, hash }: Published, page: number): Promise<Uint8Array> {
    const { records } = this.#host;
    const entries = addressesOn(page)
      .map((address) => records.listed(address))
      .filter((entry) => entry !== undefined);
    const body = encodeBody('roster.page', { version, hash, page, entries });
    return this.#host.sign('roster.page', body, pagePreimage(records.network.netId, body));
  }

  async #sayCurrent(opened: Opened, signal: AbortSignal): Promise<void> {
    const { from } = opened.event;
    const association = this.#host.associationOf(from) as Association;
    const clear = { re: opened.request.counter };
    const sealed = await this.#host.sealTo(association, { name: 'ack', clear, body: {} });
    await this.#host.station.transmit(sealed, { signal, answering: opened.request });
  }
}
