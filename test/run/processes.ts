import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { RoleInput } from '../../config/role.ts';

/** A `ties` that was started, and all it said so far. */
export interface Ties {
  readonly process: ChildProcess;
  readonly output: { stdout: string; stderr: string };
  /** Until it has said this; fails with all it said where it ends before. */
  says(pattern: RegExp): Promise<void>;
  readonly exit: Promise<number | null>;
}

const POLL_MS = 500;

/** Look again and again, until the test's own time is over. */
export const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((next) => setTimeout(next, POLL_MS));
};

/** Processes of one test in a folder of their own; `close` ends both. */
export class Processes {
  readonly folder = mkdtempSync(join(tmpdir(), 'ties-run-'));
  readonly #started: Ties[] = [];
  readonly #program: string;

  constructor(program = 'dist/cli/ties.js') {
    this.#program = program;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** The file of a simulated device on the air of this folder. */
  role(role: 'center' | 'node', name: string, more: Partial<RoleInput> = {}): string {
    const file = this.path(`${name}.json`);
    const content: RoleInput = {
      ...{ role, name },
      tpm: { driver: 'swtpm', state: this.path(`${name}.tpm`) },
      radio: { driver: 'socket', path: this.path('air') },
      store: { directory: this.path(`${name}.store`) },
      control: { socket: this.socket(name) },
      ...more,
    };
    writeFileSync(file, JSON.stringify(content));
    return file;
  }

  socket(name: string): string {
    return this.path(`${name}.sock`);
  }

  /** `under` is a command that becomes this one in the end. */
  start(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    under: readonly string[] = [],
  ): Ties {
    const [command, ...line] = [...under, process.execPath, this.#program, ...args];
    const process_ = spawn(command as string, line, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...env },
    });
    const output = { stdout: '', stderr: '' };
    const exit = once(process_, 'close').then(([code]) => code as number | null);
    for (const stream of ['stdout', 'stderr'] as const)
      process_[stream].setEncoding('utf8').on('data', (text: string) => {
        output[stream] += text;
      });
    const says = (pattern: RegExp): Promise<void> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (pattern.test(output.stdout)) resolve();
        };
        process_.stdout.on('data', look);
        look();
        void exit.then((code) =>
          reject(new Error(`exit ${code}\n${output.stdout}\n${output.stderr}`)),
        );
      });
    const ties = { process: process_, output, says, exit };
    this.#started.push(ties);
    return ties;
  }

  /** Run it to its end. */
  async run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
    const { exit, output } = this.start(args);
    return { code: await exit, ...output };
  }

  /** What a command answers by the control socket of a device, and its exit code. */
  async ask(name: string, ...args: string[]) {
    const socket = ['--socket', this.socket(name), '--json'];
    const { code, stdout } = await this.run(...args, ...socket);
    return { exit: code, ...JSON.parse(stdout) };
  }

  /** Air, a center and nodes that have joined it and have its list, each started by its role file. */
  network(...roles: readonly string[]): Promise<readonly Ties[]> {
    return this.networkIn({}, ...roles);
  }

  /** The same, each with this environment. */
  async networkIn(
    env: Readonly<Record<string, string>>,
    ...roles: readonly string[]
  ): Promise<readonly Ties[]> {
    await this.air();
    const [, ...nodes] = await Promise.all(roles.map((file) => this.provision(file)));
    const [center, ...others] = roles as [string, ...string[]];
    const ce = await this.device(center, /center\.ready/, env);
    for (const { label } of nodes) await this.ask('CE', 'admit', label);
    await this.ask('CE', 'window', 'open');
    const joining = others.map((file) => this.device(file, /node\.joined/, env));
    const joined = await Promise.all(joining);
    const { version } = await this.ask('CE', 'nodes');
    for (const file of others)
      await until(
        async () => (await this.ask(basename(file, '.json'), 'nodes')).version >= version,
      );
    return [ce, ...joined];
  }

  /** The medium, until it is there. */
  async air(): Promise<void> {
    await this.start(['air', '--socket', this.path('air')]).says(/is served/);
  }

  /** Make the keys of a device; of a node its id and label. */
  async provision(file: string): Promise<{ device: string; label: string }> {
    const { stdout } = await this.run('provision', '--config', file, '--json');
    return JSON.parse(stdout);
  }

  /** Start a device and wait until it says this. */
  async device(
    file: string,
    until: RegExp,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Ties> {
    const device = this.start(['run', '--config', file], env);
    await device.says(until);
    return device;
  }

  async close(): Promise<void> {
    for (const { process: each, exit } of this.#started) {
      each.kill('SIGTERM');
      await exit;
    }
    rmSync(this.folder, { recursive: true });
  }
}
