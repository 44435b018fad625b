/** What `ties config check` calls a fault; stable. */
export type FaultCode =
  // The file as text.
  | 'unreadable'
  | 'encoding'
  | 'byte-order-mark'
  | 'syntax'
  | 'comment'
  | 'trailing-comma'
  | 'duplicate-key'
  // The role in it.
  | 'unknown-key'
  | 'missing'
  | 'wrong-type'
  | 'wrong-value'
  | 'conflict';

/** Line and column in the text, both from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong with a role file, why, and what to do. */
export interface Fault {
  readonly code: FaultCode;
  /** Such as `radio.pins.dio0` or `sensor.peers[1]`; empty for the file as a whole. */
  readonly path: string;
  /** Null where the file could not be read. */
  readonly position: Position | null;
  /** Without a full stop. */
  readonly reason: string;
  /** One sentence or more. */
  readonly remedy: string;
}

export type Path = readonly (string | number)[];

/** `radio.pins.dio0`, `sensor.peers[1]`; a key that would not read so stands in brackets. */
export const pathText = (path: Path): string =>
  path
    .map((step, at) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[\w$-]+$/.test(step)) return `[${JSON.stringify(step)}]`;
      return at === 0 ? step : `.${step}`;
    })
    .join('');

/** A fault before it is found in the text. */
export type Explained = Pick<Fault, 'code' | 'reason' | 'remedy'> & { readonly path: Path };
