import type { WrittenFault } from './values.ts';

/**
 * What set a device going. Timers, and all that was asked of the world, go by number, counted from
 * the device's start.
 */
export type Stimulus =
  | readonly ['start']
  | readonly ['timer', number]
  /** What was asked of TPM, store, radio, sensor or clock has come to its end; the value as JSON. */
  | readonly ['done', number, unknown]
  | readonly ['failed', number, WrittenFault]
  | readonly ['heard', unknown]
  | readonly ['trouble', WrittenFault]
  /** Of an operator, or of the program around; the events as JSON, in one moment. */
  | readonly ['commands', readonly unknown[]]
  | readonly ['stop'];

/**
 * One thing that a device did, in the order it did them: `event`, `state` and `news` of its actors
 * (see `Sighting`), and what it asked of its world: `transmit`, `sense`, `tune`, `tpm`, `write`,
 * `flush`, `measure`, `work`, `timer`, `random`. The text of these says all that is compared.
 */
export type Deed = string;

/** A stimulus, and all that a device did until it was still again. */
export interface Turn {
  /** Number of the device's start within the journal. */
  readonly run: number;
  readonly atMs: number;
  readonly stimulus: Stimulus;
  readonly deeds: readonly Deed[];
  /** Bytes drawn, base64, in order. */
  readonly drawn?: readonly string[];
}

/** What a device was made of; all as JSON. */
export interface Beginning {
  readonly run: number;
  readonly begin: {
    readonly device: string;
    readonly role: unknown;
    readonly limits: unknown;
    readonly modulation: unknown;
    readonly store: unknown;
  };
}

export type Line = Heading | Beginning | Turn;

export interface Heading {
  /** Version of the format. */
  readonly journal: number;
  readonly warning: string;
  readonly comment: string;
}

export const WARNING =
  'SECRET: this journal holds keys and labels in the clear. Who has it can read what its devices said, and speak as them.';
