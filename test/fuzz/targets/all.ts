import type { Recorded } from '../recorded.ts';
import { airTargets } from './air.ts';
import { fileTargets } from './files.ts';
import { socketTargets } from './sockets.ts';
import type { Target } from './target.ts';
import { tpmTargets } from './tpm.ts';

/** Every decoder; what takes bytes and keeps something stands in `live/`. */
export const targets = (recorded: Recorded): readonly Target[] => [
  ...airTargets(recorded),
  ...tpmTargets,
  ...fileTargets(recorded),
  ...socketTargets,
];
