import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { TiesError } from '../protocol/errors.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** ssh's own failures, whatever the command was (ssh(1), exit status). */
const SSH_FAILED = 255;
/** The master of a connection ends by itself should we be killed. */
const IDLE_S = 60;

/**
 * A machine that the system's ssh reaches, by the user's own configuration and keys. One connection
 * serves all commands, so that a password is asked for once. `close` ends it.
 */
export class Remote {
  readonly #destination: string;
  readonly #folder = mkdtempSync(join(tmpdir(), 'ties-deploy-'));

  /** `destination` is `host`, `user@host` or a name of ssh's configuration. */
  constructor(destination: string) {
    this.#destination = destination;
  }

  /** Run a line of shell there; `file`, of this machine, is its standard input. */
  async run(line: string, file?: string): Promise<Outcome> {
    const ssh = this.#ssh([line]);
    if (file === undefined) ssh.stdin?.end();
    else if (ssh.stdin) createReadStream(file).pipe(ssh.stdin);
    // It may end before it has read all.
    ssh.stdin?.on('error', () => {});
    const [stdout, stderr, exitCode] = await ended(ssh);
    if (exitCode === SSH_FAILED)
      throw new TiesError(
        'DEPLOY_UNREACHABLE',
        `${this.#destination} is not reached: ${stderr.trim().split('\n').at(-1)}. Try by hand: ssh ${this.#destination} true`,
      );
    return { stdout, stderr, exitCode };
  }

  async close(): Promise<void> {
    await ended(this.#ssh([], ['-O', 'exit']));
    rmSync(this.#folder, { recursive: true });
  }

  #ssh(command: readonly string[], options: readonly string[] = []): ChildProcess {
    const shared = [
      ...['-o', 'ControlMaster=auto', '-o', `ControlPath=${this.#folder}/%C`],
      ...['-o', `ControlPersist=${IDLE_S}`],
    ];
    return spawn('ssh', [...shared, ...options, '--', this.#destination, ...command], {
      stdio: 'pipe',
    });
  }
}

const ended = async (child: ChildProcess): Promise<[string, string, number]> => {
  const exit = once(child, 'close').catch((cause) => {
    throw new TiesError('DEPLOY_NO_SSH', 'There is no ssh: install OpenSSH’s client.', { cause });
  });
  const [stdout, stderr, [code]] = await Promise.all([
    child.stdout ? text(child.stdout) : '',
    child.stderr ? text(child.stderr) : '',
    exit,
  ]);
  return [stdout, stderr, (code as number | null) ?? SSH_FAILED];
};
