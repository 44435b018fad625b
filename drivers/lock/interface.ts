/**
 * Lock an open file for its holder alone, until its descriptor is closed or the process ends,
 * however it ends. False where somebody else has it.
 */
export type LockFile = (descriptor: number) => boolean;
