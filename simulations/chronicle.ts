import type { Sighting } from '../actors/tap.ts';
import { BROADCAST, CENTER } from '../protocol/identity.ts';
import { type MessageName, messageById } from '../protocol/messages.ts';
import { decodeReading, type Reading } from '../protocol/reading.ts';
import type { AirLedger, AirRow } from './air-ledger.ts';
import type { TpmTiming } from './timed-tpm.ts';

/** A message on the air, by the names of those who spoke. */
export interface AirEntry extends AirRow {
  readonly kind: 'air';
  readonly message: MessageName | null;
  readonly from: string;
  readonly to: string;
}

/** An operation of a device's TPM. */
export interface TpmEntry extends TpmTiming {
  readonly kind: 'tpm';
  readonly device: string;
}

export type Entry = AirEntry | TpmEntry;

const isOpened =
  (device: string, message: MessageName) =>
  (seen: Sighting): boolean =>
    seen.device === device &&
    seen.type === 'message.opened' &&
    (seen.what as { name: MessageName }).name === message;

/** What happened in a world, put together from its air, its TPMs and the devices' own events. */
export class Chronicle {
  readonly #air: AirLedger;
  readonly #tpm: TpmEntry[] = [];
  readonly #sightings: Sighting[] = [];

  constructor(air: AirLedger) {
    this.#air = air;
  }

  readonly noteTpm = (device: string, timing: TpmTiming): void => {
    this.#tpm.push({ kind: 'tpm', device, ...timing });
  };

  readonly noteSighting = (sighting: Sighting): void => {
    if (sighting.kind !== 'state') this.#sightings.push(sighting);
  };

  /** Messages in the order they began. */
  air(): AirEntry[] {
    const rows = this.#air.rows();
    const names = new Map<number, string>([
      [CENTER, 'CE'],
      [BROADCAST, 'all'],
      ...rows.map(({ src, radioId }) => [src, radioId] as const),
    ]);
    return rows.map((row) => ({
      ...row,
      kind: 'air',
      message: row.firstByte === null ? null : messageById(row.firstByte & 0x3f),
      from: row.radioId,
      to: names.get(row.dst) ?? String(row.dst),
    }));
  }

  /** Everything that began within a span of time, in order. */
  between(startMs: number, endMs: number): Entry[] {
    return [...this.air(), ...this.#tpm]
      .filter((entry) => entry.startMs >= startMs && entry.startMs < endMs)
      .sort((a, b) => a.startMs - b.startMs);
  }

  tpm(): readonly TpmEntry[] {
    return this.#tpm;
  }

  /** When `device` opened a message of this kind, at or after a moment; null if it did not. */
  openedMs(device: string, message: MessageName, sinceMs: number): number | null {
    return this.#when(sinceMs, isOpened(device, message));
  }

  /** The last time it did so at or before a moment, at or after another. */
  lastOpenedMs(
    device: string,
    message: MessageName,
    { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
  ): number | null {
    const is = isOpened(device, message);
    const last = this.#sightings.findLast((seen) => seen.atMs <= untilMs && is(seen));
    return last === undefined || last.atMs < sinceMs ? null : last.atMs;
  }

  /** When `device` asked its TPM for an operation, at or after a moment. */
  askedMs(device: string, operation: string, sinceMs: number): number | null {
    return this.#when(
      sinceMs,
      (seen) =>
        seen.device === device &&
        seen.type === 'tpm.requested' &&
        (seen.what as { job: { name: string } }).job.name === operation,
    );
  }

  /** When `device` told this news, at or after a moment. */
  toldMs(device: string, news: string, sinceMs: number): number | null {
    return this.#when(
      sinceMs,
      (seen) => seen.device === device && seen.kind === 'news' && seen.type === news,
    );
  }

  /** When a protocol run of `device` ended without success, at or after a moment. */
  failedRunMs(device: string, sinceMs: number): number | null {
    return this.#when(
      sinceMs,
      (seen) =>
        seen.device === device &&
        seen.kind === 'news' &&
        seen.type === 'run.ended' &&
        (seen.what as { reason: string | null }).reason !== null,
    );
  }

  /** The first reading that reached `device` at or after a moment, or null. */
  readingOf(device: string, sinceMs: number): Reading | null {
    const seen = this.#find(
      sinceMs,
      (sighting) =>
        sighting.device === device &&
        sighting.kind === 'news' &&
        sighting.type === 'reading.received',
    );
    return seen === null ? null : decodeReading((seen.what as { payload: Uint8Array }).payload);
  }

  #when(sinceMs: number, is: (seen: Sighting) => boolean): number | null {
    return this.#find(sinceMs, is)?.atMs ?? null;
  }

  #find(sinceMs: number, is: (seen: Sighting) => boolean): Sighting | null {
    for (let at = this.#firstSince(sinceMs); at < this.#sightings.length; at += 1) {
      const seen = this.#sightings[at] as Sighting;
      if (is(seen)) return seen;
    }
    return null;
  }

  /** Sightings come in the order of time; this is asked at every event of a run. */
  #firstSince(sinceMs: number): number {
    let low = 0;
    let high = this.#sightings.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#sightings[middle] as Sighting).atMs < sinceMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
