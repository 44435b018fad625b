import type { Role } from '../config/role.ts';

/** Kinds of the storage keys in a world: the center's, and the nodes' in turn. */
export interface SuitePlan {
  readonly center: Role['suite'];
  readonly nodes: readonly Role['suite'][];
}

/** `rsa2048` is the paper's; in `mixed` each kind of node asks each kind for a key. */
export const suitePlans = {
  p256: { center: 'p256', nodes: ['p256'] },
  rsa2048: { center: 'rsa2048', nodes: ['rsa2048'] },
  mixed: { center: 'rsa2048', nodes: ['p256', 'rsa2048', 'rsa2048', 'p256'] },
} as const satisfies Record<string, SuitePlan>;

export type SuitePlanName = keyof typeof suitePlans;
