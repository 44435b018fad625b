/** What became of a frame at one receiver. */
export type Outcome = 'received' | 'collision' | 'half-duplex' | 'loss';

/** A frame on its way. */
export interface Departure {
  readonly radioId: string;
  readonly frame: Uint8Array;
  readonly startMs: number;
}

/** A frame as an observer who hears everything sees it when it has ended. */
export interface Transmission extends Departure {
  readonly endMs: number;
  readonly airtimeMs: number;
  /** By receiver, of all that listened on this channel and in reach since the frame began. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}
