import { type Explanations, OUR_FAULT } from './explanation.ts';

/** What keeps state over a power cut. */
export const store: Explanations = {
  STORE_CLOSED: ['The store was closed before.', OUR_FAULT],
  STORE_CORRUPT: [
    "The store's file is damaged; it is set aside, not emptied.",
    'A node rejoins from its TPM. For the center put back the newest backup.',
  ],
  STORE_FULL: ['The disk has no room for the store.', 'Make room; nothing was lost.'],
  STORE_IN_USE: ['Another process uses this store.', 'Stop it, or give another directory.'],
  STORE_NEWER: ['A newer version of ties wrote the store.', 'Install that version again.'],
  STORE_NO_PERMISSION: ['This user may not write to the store.', 'Type: sudo chown -R ties DIR'],
  STORE_READ_ONLY: ['The store is on a read-only disk.', 'Mount it writable, or move the store.'],
  STORE_REFUSED: ['This is nothing a store can keep.', OUR_FAULT],
  STORE_SECRET: ['A key was to be written in clear.', OUR_FAULT],
  STORE_UNAVAILABLE: ['The disk failed to read or write.', 'See: sudo dmesg'],
};
