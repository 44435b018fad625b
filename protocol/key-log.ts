import { type MessageName, specOf } from './messages.ts';
import type { Secret } from './secret.ts';

/** A traffic key that a message was sealed or opened under, and where that message stands. */
export interface UsedKey {
  readonly name: MessageName;
  readonly src: number;
  readonly dst: number;
  /** Boot epoch of the sender. */
  readonly epoch: number;
  readonly key: Secret;
}

export type KeyLog = (used: UsedKey) => void;

/** What each line begins with. */
export const KEY_LOG_MARK = 'TIES1';

export const KEY_LOG_HEADING = [
  '# SECRET: traffic keys of TIES. Who has this file and a recording reads all that was said.',
  "# mark purpose source destination sender's-epoch key",
];

/** The key in the clear, for Wireshark to open bodies with; null for what is signed, not sealed. */
export const keyLogLine = ({ name, src, dst, epoch, key }: UsedKey): string | null => {
  const { protection } = specOf(name);
  if (protection.kind === 'signature') return null;
  const hex = Buffer.from(key.reveal()).toString('hex');
  return `${KEY_LOG_MARK} ${protection.purpose} ${src} ${dst} ${epoch} ${hex}`;
};
