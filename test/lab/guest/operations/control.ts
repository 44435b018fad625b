import { ask as askDaemon } from '../../../../cli/control-client.ts';
import { DEFAULT_SOCKET } from '../../../../cli/control-socket.ts';
import type { ControlRequest } from '../../../../runtime/control/requests.ts';

/** Ask the daemon as the commands do, whose start alone takes an emulated processor seconds. */
export const ask = (request: ControlRequest): Promise<object> =>
  askDaemon<object>(DEFAULT_SOCKET, request);
