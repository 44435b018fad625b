import { spawn } from 'node:child_process';
import { accessSync, constants, mkdirSync, mkdtempSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { TiesError } from '../../protocol/errors.ts';

/** A running software TPM of its own. */
export interface Swtpm {
  /** For `openEsapiTpm`. */
  readonly tcti: string;
  /** Data socket; the control socket is the same path with `.ctrl`. */
  readonly path: string;
  /** Resolves when the process has ended and its folder is gone. */
  stop(): Promise<void>;
}

const START_TIMEOUT_MS = 5_000;
const POLL_MS = 2;

/**
 * The shell outlives whatever happens to us: the end of its standard input, which a killed parent
 * also causes, makes it end swtpm and remove the folder. (swtpm's own `--terminate` would end it
 * after the first disconnect.)
 */
const GUARDIAN = 'd=$1; shift; swtpm "$@" & p=$!; cat >/dev/null; kill $p; wait $p; rm -rf "$d"';

export const isSwtpmInstalled = (): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, 'swtpm'), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });

const accepts = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => socket.end(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });

const listening = async (path: string): Promise<boolean> => {
  for (let waitedMs = 0; waitedMs < START_TIMEOUT_MS; waitedMs += POLL_MS) {
    if (await accepts(path)) return true;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return false;
};

/**
 * Start swtpm (TPM 2.0) on Unix sockets in a temporary folder. `state`, a directory made where it
 * is missing, is where its keys stay; without one they are forgotten when it stops.
 */
export const startSwtpm = async ({ state }: { state?: string } = {}): Promise<Swtpm> => {
  if (!isSwtpmInstalled()) {
    throw new TiesError(
      'SWTPM_MISSING',
      'swtpm is not installed; type: sudo apt-get install swtpm',
    );
  }
  if (state !== undefined) makeState(state);
  const folder = mkdtempSync(join(tmpdir(), 'ties-swtpm-'));
  const path = join(folder, 's');
  const swtpm = [
    ...['socket', '--tpm2', '--tpmstate', `dir=${state ?? folder}`],
    ...['--server', `type=unixio,path=${path}`, '--ctrl', `type=unixio,path=${path}.ctrl`],
    ...['--flags', 'not-need-init,startup-clear'],
  ];
  const guardian = spawn('sh', ['-c', GUARDIAN, 'sh', folder, ...swtpm], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guardian.unref();
  const ended = new Promise<void>((resolve) => guardian.once('exit', () => resolve()));
  const stop = (): Promise<void> => {
    guardian.ref();
    guardian.stdin.end();
    return ended;
  };
  if (!(await listening(path))) {
    await stop();
    throw new TiesError(
      'SWTPM_FAILED',
      `swtpm did not start${state === undefined ? '' : `; see that no other runs in ${state}`}; try by hand: swtpm ${swtpm.join(' ')}`,
    );
  }
  return { tcti: `swtpm:path=${path}`, path, stop };
};

const makeState = (state: string): void => {
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new TiesError(
      'SWTPM_STATE',
      `swtpm cannot keep its keys in ${state} (${(cause as NodeJS.ErrnoException).code}): give tpm.state of the role file a directory that this user may write.`,
      { cause },
    );
  }
};
