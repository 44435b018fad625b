import { type Explanations, OUR_FAULT } from './explanation.ts';

/** What keeps state over a power cut. */
export const store: Explanations = {
  BACKUP_FILE: ['The file cannot be read or made.', 'Give another place.'],
  BACKUP_MALFORMED: ['This is no backup, or it was cut off.', 'Take another copy.'],
  BACKUP_NEWER: ['A newer version of ties made the backup.', 'Install that version.'],
  BACKUP_NOTHING: ['A model TPM keeps nothing.', 'Back up devices with a TPM.'],
  BACKUP_OTHER_ROLE: ['The backup is of a device with another role.', 'Give its role file.'],
  BACKUP_OTHER_TPM: [
    'The keys in the backup are bound to another TPM.',
    'Restore it on the machine that it was made on; else provision anew.',
  ],
  BACKUP_PASSPHRASE: ['There is no passphrase, or it is too short.', 'Take some words.'],
  BACKUP_WRONG_PASSPHRASE: [
    'The passphrase does not open the backup, or the file was changed.',
    'Type it again, or take another copy.',
  ],
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
