import { koffiFfi } from '../../drivers/ffi/koffi.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const LONGEST = 1024;

const libc = koffiFfi.load({ soname: 'libc.so.6', debianPackage: 'libc6' });
const call = {
  socket: libc.declare('socket', ['u32', 'u32', 'u32']),
  bind: libc.declare('bind', ['u32', 'buf', 'u32']),
  receive: libc.declare('recv', ['u32', 'buf', 'size', 'u32']),
};

/** systemd's end of sd_notify(3); Node has no datagram sockets of Unix. Resolves at the next READY=1. */
export const notifySocket = (path: string): (() => Promise<void>) => {
  const socket = call.socket.call(AF_UNIX, SOCK_DGRAM, 0);
  const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(`${path}\0`)]);
  if (call.bind.call(socket, address, address.length) !== 0)
    throw new Error(`no socket at ${path}`);
  return async () => {
    const buffer = Buffer.alloc(LONGEST);
    for (let text = ''; !/^READY=1$/m.test(text); ) {
      const length = await call.receive.callAsync(socket, buffer, buffer.length, 0);
      text = buffer.toString('utf8', 0, length);
    }
  };
};
