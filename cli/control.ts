import type { Command } from 'commander';
import { admitCommand } from './control/admit.ts';
import { keyCommand } from './control/key.ts';
import { leaveCommand } from './control/leave.ts';
import { nodesCommand } from './control/nodes.ts';
import { renameCommand } from './control/rename.ts';
import { revokeCommand } from './control/revoke.ts';
import { sessionCommand } from './control/session.ts';
import { statusCommand } from './control/status.ts';
import { watchCommand } from './control/watch.ts';
import { windowCommand } from './control/window.ts';

/** `ties admit`, `ties nodes` and the others that ask the running daemon. */
export const controlCommands = (): Command[] => [
  ...[admitCommand(), windowCommand(), nodesCommand(), renameCommand(), revokeCommand()],
  ...[statusCommand(), sessionCommand(), keyCommand(), leaveCommand(), watchCommand()],
];
