import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { koffiFfi } from '../ffi/koffi.ts';
import { serviceManager } from './notify.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const MSG_DONTWAIT = 0x40;

const libc = koffiFfi.load({ soname: 'libc.so.6', debianPackage: 'libc6' });
const close = libc.declare('close', ['u32']);
const receive = libc.declare('recv', ['u32', 'buf', 'size', 'u32']);

let folder: string;
let path: string;
let socket: number;

/** Node has no datagram sockets of Unix, so systemd's end is made by hand. */
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-notify-'));
  path = join(folder, 's');
  socket = libc.declare('socket', ['u32', 'u32', 'u32']).call(AF_UNIX, SOCK_DGRAM, 0);
  const address = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from(`${path}\0`)]);
  const bind = libc.declare('bind', ['u32', 'buf', 'u32']);
  expect(bind.call(socket, address, address.length)).toBe(0);
});

afterEach(() => {
  delete process.env.NOTIFY_SOCKET;
  close.call(socket);
  rmSync(folder, { recursive: true });
});

const received = (): string => {
  const buffer = Buffer.alloc(256);
  const length = receive.call(socket, buffer, buffer.length, MSG_DONTWAIT);
  return length > buffer.length ? 'nothing' : buffer.toString('utf8', 0, length);
};

test('what is told arrives as sd_notify(3) writes it', () => {
  // The C library reads the environment of the process itself.
  process.env.NOTIFY_SOCKET = path;
  const manager = serviceManager(koffiFfi, process.env);
  manager.ready();
  manager.status('node N1\nWATCHDOG=1');
  manager.alive();
  manager.stopping();
  expect([received(), received(), received(), received(), received()]).toEqual([
    'READY=1',
    'STATUS=node N1 WATCHDOG=1',
    'WATCHDOG=1',
    'STOPPING=1',
    'nothing',
  ]);
});

test('without systemd there is nobody to tell, and no watchdog', () => {
  const manager = serviceManager(koffiFfi, { WATCHDOG_USEC: '1000000' });
  manager.ready();
  expect(manager.watchdogMs).toBeNull();
  expect(received()).toBe('nothing');
});

test.each([
  [{}, null],
  [{ WATCHDOG_USEC: '30000000' }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: `${process.pid}` }, 30_000],
  [{ WATCHDOG_USEC: '30000000', WATCHDOG_PID: '1' }, null],
  [{ WATCHDOG_USEC: '0' }, null],
  [{ WATCHDOG_USEC: 'soon' }, null],
])('%o: a watchdog after %s ms', (env, expected) => {
  expect(serviceManager(koffiFfi, { NOTIFY_SOCKET: path, ...env }).watchdogMs).toBe(expected);
});
