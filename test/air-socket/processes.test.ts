import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

/** A process and what it has said; whoever waits for a line gets it, however long it takes. */
class Child {
  readonly #process: ChildProcess;
  readonly exit: Promise<unknown[]>;
  said = '';

  constructor(...args: readonly string[]) {
    this.#process = spawn(process.execPath, ['--import', 'tsx', ...args]);
    this.exit = once(this.#process, 'exit');
    this.#process.on('exit', () => this.#process.emit('said'));
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.on('data', (chunk) => {
        this.said += chunk;
        this.#process.emit('said');
      });
  }

  async says(line: string): Promise<void> {
    while (!this.said.includes(line)) {
      if (this.#process.exitCode !== null) throw new Error(`It ended, and said ${this.said}`);
      await once(this.#process, 'said');
    }
  }

  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  async end(signal: NodeJS.Signals): Promise<unknown[]> {
    this.#process.kill(signal);
    return this.exit;
  }
}

let directory: string;
let children: Child[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ties-air-'));
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map((child) => child.end('SIGKILL')));
  rmSync(directory, { recursive: true });
});

const begin = (...args: readonly string[]): Child => {
  const child = new Child(...args);
  children.push(child);
  return child;
};

test('processes exchange messages over an air that another serves, and outlive each other', {
  timeout: 120_000,
}, async () => {
  const path = join(directory, 'air');
  const air = begin('cli/ties.ts', 'air', '--socket', path);
  await air.says('is served');
  const [a, b, c] = [1, 2, 3].map((address) =>
    begin('test/air-socket/talker.ts', path, `${address}`),
  ) as [Child, Child, Child];
  await Promise.all([a, b, c].map((talker) => talker.says('ready')));

  const long = 'x'.repeat(300);
  a.tell(`2 ${long}`);
  await Promise.all([b.says(`got 1 ${long}\n`), a.says('acknowledged 2')]);
  c.tell(`1 ${long}`);
  await c.end('SIGKILL');
  b.tell('1 hello');
  await Promise.all([a.says('got 2 hello\n'), b.says('acknowledged 1')]);

  await air.end('SIGKILL');
  await Promise.all([a.says('AIR_LOST'), b.says('AIR_LOST')]);
  expect(existsSync(path)).toBe(true);
  const again = begin('cli/ties.ts', 'air', '--socket', path, '--loss', '0.1', '--seed', '7');
  await Promise.all([a.says('AIR_BACK'), b.says('AIR_BACK')]);
  a.tell('2 again');
  await b.says('got 1 again\n');

  expect(await again.end('SIGTERM')).toEqual([0, null]);
  expect(existsSync(path)).toBe(false);
});
