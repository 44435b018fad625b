import type { Observable } from 'rxjs';

/** Link address of everyone in reach; never acknowledged. */
export const BROADCAST = 0xffff;

/** A message handed to the link: what is sealed is the caller's business. */
export interface OutgoingMessage {
  /** First byte of the network id, 0 while joining. */
  readonly net: number;
  readonly src: number;
  readonly dst: number;
  readonly payload: Uint8Array;
  /** Higher goes first among what waits; default 0. */
  readonly priority?: number;
}

/** A whole message that arrived, each exactly once as far as the link can tell. */
export interface IncomingMessage {
  readonly net: number;
  readonly src: number;
  readonly dst: number;
  readonly payload: Uint8Array;
  readonly rssiDbm: number;
  readonly snrDb: number;
}

/** What a message took. A link acknowledgement proves nothing about who received it. */
export interface Delivery {
  /** First bit of the first fragment on air, and the moment the link was done with the message. */
  readonly startMs: number;
  readonly endMs: number;
  /** Frames this side sent, retransmissions and ack-requests included. */
  readonly frames: number;
  readonly bytes: number;
  readonly airtimeMs: number;
}

/** Airtime that ended so long ago. */
export type PastAirtime = readonly [agoMs: number, airtimeMs: number];

/** Where the airtime of the last hour is kept over restarts, for the law does not know of these. */
export interface AirtimeRecord {
  /** What was last saved of a sub-band, at once; empty if nothing ever was. */
  load(subBand: string): readonly PastAirtime[];
  /** All or nothing, and durable when it resolves. */
  save(subBand: string, past: readonly PastAirtime[]): Promise<void>;
}

/** Where a link stands with the law. */
export interface DutyCycle {
  readonly subBand: string;
  /** Share of any hour in which it may send. */
  readonly limit: number;
  /** Airtime of the last hour. */
  readonly usedMs: number;
  /** What messages have left of it now; acknowledgements have a reserve besides. */
  readonly leftMs: number;
}

/**
 * The LoRa link: messages of up to 16 fragments, acknowledged, over frames of at most 255 B.
 * `addresses` are those it takes messages for, besides broadcast; a joiner swaps its random
 * source for the address the Central Entity gave it.
 */
export interface Link {
  /** Hot. */
  readonly messages: Observable<IncomingMessage>;
  /**
   * Cold: queues on subscription; emits one `Delivery` when acknowledged (a broadcast: when
   * sent) and completes. Errors with a `TiesError`: `LINK_NO_ACK`, `LINK_QUEUE_FULL`,
   * `LINK_MESSAGE_TOO_LONG`, `LINK_DUTY_CYCLE`, `LINK_AIRTIME_RECORD`, or the radio's.
   * Unsubscribing takes it out of the queue.
   */
  send(message: OutgoingMessage): Observable<Delivery>;
  listenAs(addresses: readonly number[]): void;
  /** `null` for a link that was opened without limit. */
  dutyCycle(): DutyCycle | null;
  /** What waits completes without a `Delivery`; the radio stays open. */
  close(): void;
}
