/**
 * What stands between the protocol as it is shipped and as the paper writes it. Each can be taken
 * out alone, so that a search shows what hangs on it.
 */
export interface Rules {
  /** A body cannot be altered without its key (paper: bits flip through E). */
  readonly integrity: boolean;
  /** Type, source, destination, epoch and counter are covered (paper: a packet is what it decrypts to). */
  readonly place: boolean;
  /** Traffic keys are derived for one purpose, direction and pair of epochs (paper: MK and SK themselves). */
  readonly derivation: boolean;
  /** A counter is taken once, and a byte-equal request is not done again. */
  readonly windows: boolean;
  /** An answer names its request. */
  readonly re: boolean;
  /** The highest transaction of each requester is kept, and older ones are not looked at. */
  readonly transactions: boolean;
  /** C2 is bound to C1, K3 to its ticket. */
  readonly bound: boolean;
  /** SK can be duplicated to RK of the CE and of the peer it was made for, and to nobody else. */
  readonly policy: boolean;
  /** Of two challenges that cross one stands; the lower address takes none while its own waits. */
  readonly crossing: boolean;
}

export type Rule = keyof Rules;

export const SHIPPED: Rules = {
  integrity: true,
  place: true,
  derivation: true,
  windows: true,
  re: true,
  transactions: true,
  bound: true,
  policy: true,
  crossing: true,
};

/** It has nothing of this. */
export const PAPER: Rules = {
  integrity: false,
  place: false,
  derivation: false,
  windows: false,
  re: false,
  transactions: false,
  bound: false,
  policy: false,
  crossing: false,
};

export const without = (...rules: readonly Rule[]): Rules => ({
  ...SHIPPED,
  ...Object.fromEntries(rules.map((rule) => [rule, false])),
});
