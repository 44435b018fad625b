import { uintBytes } from '../protocol/bytes.ts';
import { CENTER } from '../protocol/identity.ts';
import { type Derivation, keyId } from '../protocol/key-schedule.ts';
import type { Purpose } from '../protocol/messages.ts';
import type { RootKey } from './traffic-keys.ts';

/** What a node and the Central Entity share since the join: MK and the epochs it was made in. */
export interface Association {
  readonly root: RootKey;
  readonly netId: Uint8Array;
  readonly node: number;
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

/** First byte of SHA-256(eN ‖ eCE): which of a label's offers, which join, a message belongs to. */
export const associationKeyId = ({ nodeEpoch, centerEpoch }: Association): number =>
  keyId(uintBytes(nodeEpoch, 4), uintBytes(centerEpoch, 4));
