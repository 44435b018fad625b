import { concat, uintBytes } from './bytes.ts';

/** One key distribution, named by its requester: rises with the requester's epoch and number. */
export interface TransactionId {
  readonly requester: number;
  readonly epoch: number;
  readonly number: number;
}

/** 10 bytes: N1 2 ‖ epoch 4 ‖ n 4. */
export const transactionBytes = (id: TransactionId): Uint8Array =>
  concat(uintBytes(id.requester, 2), uintBytes(id.epoch, 4), uintBytes(id.number, 4));

export const transactionText = (id: TransactionId): string =>
  `${id.requester}.${id.epoch}.${id.number}`;

/** Whether `id` comes after `than`, of the same requester. */
export const isLater = (
  id: Pick<TransactionId, 'epoch' | 'number'>,
  than: Pick<TransactionId, 'epoch' | 'number'>,
): boolean => id.epoch > than.epoch || (id.epoch === than.epoch && id.number > than.number);

/** ID + 1 modulo 2^64 (paper, Figure 5), on the 8 bytes. */
export const successor = (challenge: Uint8Array): Uint8Array => {
  const next = Uint8Array.from(challenge);
  for (let at = next.length - 1; at >= 0; at -= 1) {
    next[at] = ((next[at] as number) + 1) & 255;
    if (next[at] !== 0) break;
  }
  return next;
};

/** Whether `answer` is `challenge` + 1 (paper, Figure 5). */
export const confirmsNext = (challenge: Uint8Array, answer: Uint8Array): boolean => {
  const next = successor(challenge);
  return answer.length === next.length && next.every((byte, at) => byte === answer[at]);
};
