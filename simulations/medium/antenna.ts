import type { Observable } from 'rxjs';
import type { Attention, Reception } from '../../drivers/radio/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Position } from './path-loss.ts';

/** A frame that a receiver locked on, from preamble to end; its bits may be wrong. */
export interface Arrival extends Reception {
  /** Whether the payload CRC holds. */
  readonly isIntact: boolean;
  /** Sender's carrier less the receiver's. */
  readonly frequencyErrorHz: number;
}

/** How far the receiver is with a frame: what RegModemStat of an SX1276 tells (§4.1.2.2). */
export type Lock = 'none' | 'preamble' | 'header' | 'payload';

/**
 * The front end of one radio on the simulated air, which both the light radio and the SX1276 model
 * are built on. It is half duplex: it hears nothing while it sends, and nothing again until told to.
 */
export interface Antenna {
  readonly id: string;
  /** Hot: each frame it was locked on, in their order, at its last bit; but see `attend`. */
  readonly arrivals: Observable<Arrival>;
  /**
   * Have but these come at their last bit, and what came before them or is asked for by `catchUp`
   * with them: most of what most antennas of a large site could hear nobody ever asks for. Null,
   * and until this is called: all.
   */
  attend(attention: Attention | null): void;
  /** Let all come that has ended. */
  catchUp(): void;
  /** Listen for frames of this modulation from now on, forgetting any lock; `null`: for none. */
  listen(modulation: Modulation | null): void;
  readonly lock: Lock;
  /**
   * Send; `done` is called with the last bit, and not if it is cut off. Returns how to cut it off,
   * which spoils the frame for everyone.
   */
  transmit(frame: Uint8Array, modulation: Modulation, done: () => void): () => void;
  /** Whether chirps of this modulation were in reach throughout since then, and still are. */
  detects(modulation: Modulation, sinceMs: number): boolean;
  /** Power at the antenna in a modulation's channel now, noise included. */
  powerDbm(modulation: Modulation): number;
  /** Go to another place, between frames. */
  moveTo(position: Position): void;
  /** Take it off the air. */
  leave(): void;
}
