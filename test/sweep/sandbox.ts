import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const TIES = resolve('dist/cli/ties.js');

/** As long as a few seconds of both processors, in twelve runs. */
const PLAN = {
  ...{ title: 'A test', question: 'How many arrive?', scenario: 'aloha', repeats: 4, seed: 1 },
  sweep: [{ nodes: [10, 20, 30], days: 0.1 }],
  outputs: ['deliveryRatio', 'sent'],
};

/** A folder with an experiment, `experiment.json`, and programs that come before others of their names. */
export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), 'ties-sweep-'));

  constructor(plan: object = {}) {
    writeFileSync(this.path('experiment.json'), JSON.stringify({ ...PLAN, ...plan }));
    this.program('ties', `exec '${process.execPath}' '${TIES}' "$@"`);
  }

  path(...names: string[]): string {
    return join(this.folder, ...names);
  }

  program(name: string, script: string): void {
    mkdirSync(this.path('bin'), { recursive: true });
    writeFileSync(this.path('bin', name), `#!/bin/sh\n${script}\n`);
    chmodSync(this.path('bin', name), 0o755);
  }

  get env(): NodeJS.ProcessEnv {
    return { ...process.env, PATH: `${this.path('bin')}:${process.env.PATH}`, LC_ALL: 'C' };
  }

  /** Standard output; throws where it fails. */
  run(command: string, ...args: string[]): string {
    const options = { cwd: this.folder, env: this.env, encoding: 'utf8' } as const;
    return execFileSync(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  /** The runs of a folder of results, but for the time they took. */
  runs(...folder: string[]): object[] {
    const lines = readFileSync(this.path(...folder, 'runs.jsonl'), 'utf8')
      .trim()
      .split('\n');
    return lines.map((line) => ({ ...JSON.parse(line), wallMs: 0 })).sort((a, b) => a.run - b.run);
  }

  close(): void {
    rmSync(this.folder, { recursive: true });
  }
}
