import type { Ffi } from '../ffi/interface.ts';
import type { ServiceManager } from './interface.ts';

const LIBSYSTEMD = { soname: 'libsystemd.so.0', debianPackage: 'libsystemd0' };

const nobody: ServiceManager = {
  ready: () => {},
  status: () => {},
  stopping: () => {},
  alive: () => {},
  watchdogMs: null,
};

/**
 * systemd as sd_notify(3) reaches it, or nobody where `$NOTIFY_SOCKET` names no socket. A message
 * that gets lost is no fault of the service, so none is told. Fails with `LIBRARY_MISSING`.
 */
export const serviceManager = (
  ffi: Ffi,
  env: Readonly<Record<string, string | undefined>>,
): ServiceManager => {
  if (!env.NOTIFY_SOCKET) return nobody;
  const send = ffi.load(LIBSYSTEMD).declare('sd_notify', ['u32', 'cstr']);
  const notify = (state: string): void => void send.call(0, state);
  return {
    ready: () => notify('READY=1'),
    status: (text) => notify(`STATUS=${text.replaceAll('\n', ' ')}`),
    stopping: () => notify('STOPPING=1'),
    alive: () => notify('WATCHDOG=1'),
    watchdogMs: watchdogMs(env),
  };
};

/** sd_watchdog_enabled(3): the environment may be that of another process. */
const watchdogMs = ({
  WATCHDOG_USEC = '',
  WATCHDOG_PID = `${process.pid}`,
}: Readonly<Record<string, string | undefined>>): number | null =>
  /^[1-9]\d*$/.test(WATCHDOG_USEC) && Number(WATCHDOG_PID) === process.pid
    ? Number(WATCHDOG_USEC) / 1000
    : null;
