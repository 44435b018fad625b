import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

export interface Answer {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const BOOT_LIMIT_MS = 60_000;

/** A Debian that has booted in a container, without any network; what it writes goes with it. */
export class Machine {
  readonly #nspawn: ChildProcess;
  readonly #leader: string;

  private constructor(nspawn: ChildProcess, leader: string) {
    this.#nspawn = nspawn;
    this.#leader = leader;
  }

  /** `binds` are folders of ours that it has at these places, to be read. */
  static async boot(image: string, binds: Readonly<Record<string, string>> = {}): Promise<Machine> {
    const options = ['--quiet', '--register=no', '--keep-unit', '--private-network'];
    const nspawn = spawn(
      'setpriv',
      [
        ...['--pdeathsig', 'TERM', 'systemd-nspawn', ...options, '--volatile=overlay'],
        ...Object.entries(binds).map(([at, folder]) => `--bind-ro=${folder}:${at}`),
        ...[`--directory=${image}`, '--boot'],
      ],
      // Hosts with cgroups of both versions have the second all the same.
      { stdio: 'ignore', env: { ...process.env, SYSTEMD_NSPAWN_UNIFIED_HIERARCHY: '1' } },
    );
    for (let waitedMs = 0; waitedMs < BOOT_LIMIT_MS; waitedMs += 100) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      const [leader] = childrenOf(nspawn.pid as number);
      if (leader === undefined) continue;
      const machine = new Machine(nspawn, leader);
      const { stdout } = await machine.run('systemctl', 'is-system-running', '--wait');
      if (/running|degraded/.test(stdout)) return machine;
    }
    nspawn.kill();
    throw new Error(`${image} does not boot in systemd-nspawn`);
  }

  run(...command: readonly string[]): Promise<Answer> {
    return this.feed('', ...command);
  }

  /** Run it with this as its standard input. */
  async feed(input: string | Uint8Array, ...command: readonly string[]): Promise<Answer> {
    const child = spawn(...this.command(command));
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    const [code] = await once(child, 'close');
    return { code, stdout, stderr };
  }

  /** What runs a command in it, from here. */
  command(command: readonly string[]): [string, string[]] {
    return ['nsenter', ['--target', this.#leader, '--all', '--', ...command]];
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    const { code, stderr } = await this.feed(content, 'sh', '-c', 'cat > "$0"', path);
    if (code !== 0) throw new Error(stderr);
  }

  async stop(): Promise<void> {
    const exit = once(this.#nspawn, 'exit');
    this.#nspawn.kill('SIGTERM');
    await exit;
  }
}

const childrenOf = (pid: number): string[] => {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  } catch {
    return [];
  }
};
