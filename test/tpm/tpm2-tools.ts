import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { sized, Unmarshaller } from '../../protocol/tpm/marshal.ts';
import { type Swtpm, startSwtpm } from '../../simulations/swtpm/process.ts';

const execute = promisify(execFile);

export const areTpm2ToolsInstalled = (): boolean =>
  spawnSync('tpm2_createprimary', ['--version']).status === 0;

/** Debian's tpm2-tools on a swtpm of their own, and the files by which they speak to each other. */
export class Tpm2Tools {
  readonly #swtpm: Swtpm;
  /** In that of the swtpm, with which it goes. */
  readonly #folder: string;

  private constructor(swtpm: Swtpm) {
    this.#swtpm = swtpm;
    this.#folder = mkdtempSync(join(dirname(swtpm.path), 'files-'));
  }

  static async start(): Promise<Tpm2Tools> {
    return new Tpm2Tools(await startSwtpm());
  }

  /** A tool leaves loaded what it takes by its context (`-c`): no resource manager flushes it here. */
  async run(tool: string, ...args: string[]): Promise<void> {
    await this.#execute(`tpm2_${tool}`, '-Q', ...args);
    if (args.includes('-c')) await this.#execute('tpm2_flushcontext', '-t');
  }

  /** In an authorization session, which is the file `session`. */
  async inSession(kind: 'trial' | 'policy', work: () => Promise<void>): Promise<void> {
    const flags = kind === 'policy' ? ['--policy-session'] : [];
    await this.run('startauthsession', '-S', 'session', '-g', 'sha256', ...flags);
    await work();
    await this.#execute('tpm2_flushcontext', 'session');
  }

  write(file: string, bytes: Uint8Array): void {
    writeFileSync(join(this.#folder, file), bytes);
  }

  writeSized(file: string, contents: Uint8Array): void {
    this.write(file, sized(contents));
  }

  read(file: string): Uint8Array {
    return Uint8Array.from(readFileSync(join(this.#folder, file)));
  }

  /** The contents of a TPM2B. */
  readSized(file: string): Uint8Array {
    return new Unmarshaller(this.read(file)).sized();
  }

  stop(): Promise<void> {
    return this.#swtpm.stop();
  }

  async #execute(tool: string, ...args: string[]): Promise<void> {
    const variables = { TPM2TOOLS_TCTI: this.#swtpm.tcti, TSS2_LOG: 'all+none' };
    await execute(tool, args, { cwd: this.#folder, env: { ...process.env, ...variables } });
  }
}
