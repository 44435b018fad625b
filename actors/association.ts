import { uintBytes } from '../protocol/bytes.ts';
import { CENTER } from '../protocol/identity.ts';
import { type Derivation, keyId } from '../protocol/key-schedule.ts';
import type { Purpose } from '../protocol/messages.ts';
import type { RootKey } from './traffic-keys.ts';

/** A node and the Central Entity, and the MK between them. */
export interface Bond {
  readonly root: RootKey;
  readonly netId: Uint8Array;
  readonly node: number;
}

/** The same in one pair of epochs: those of the join, or of the last rejoin. */
export interface Association extends Bond {
  readonly nodeEpoch: number;
  readonly centerEpoch: number;
}

/** Derivation of the key for one purpose and direction under MK. */
export const underMasterKey = (
  association: Association,
  purpose: Purpose,
  direction: 'node→center' | 'center→node',
): Derivation => {
  const { netId, node, nodeEpoch, centerEpoch } = association;
  return direction === 'node→center'
    ? { purpose, netId, src: node, dst: CENTER, srcEpoch: nodeEpoch, dstEpoch: centerEpoch }
    : { purpose, netId, src: CENTER, dst: node, srcEpoch: centerEpoch, dstEpoch: nodeEpoch };
};

export const controlPair = (association: Association): readonly [Derivation, Derivation] => [
  underMasterKey(association, 'control', 'node→center'),
  underMasterKey(association, 'control', 'center→node'),
];

/** Of readings to the Central Entity. */
export const readingKey = (association: Association): Derivation =>
  underMasterKey(association, 'data', 'node→center');

/** Keys of R0 to R2: without epochs, so that none must be known first. */
export const rejoinPair = ({ netId, node }: Bond): readonly [Derivation, Derivation] => {
  const both = { purpose: 'rejoin', netId, srcEpoch: 0, dstEpoch: 0 } as const;
  return [
    { ...both, src: node, dst: CENTER },
    { ...both, src: CENTER, dst: node },
  ];
};

/** First byte of SHA-256(eN ‖ eCE): which of a label's offers, which join or rejoin, a message belongs to. */
export const associationKeyId = ({ nodeEpoch, centerEpoch }: Association): number =>
  keyId(uintBytes(nodeEpoch, 4), uintBytes(centerEpoch, 4));
