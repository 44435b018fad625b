import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Architecture } from '../image/architecture.ts';
import { type Image, makeImage } from '../image/image.ts';
import { AgentClient } from './agent-client.ts';
import { type Child, startChild } from './child.ts';
import type { Header } from './header.ts';
import { qemuCommand, type Sockets } from './qemu.ts';

/** From power to the agent's first word, on a machine with other things to do. */
const BOOT_LIMIT_S = 600;
const CONSOLE_LINES = 30;

export interface BootOptions {
  /** Where its console is: in a file of its folder, or on the terminal of this process. */
  readonly console?: 'file' | 'terminal';
}

/**
 * A virtual Raspberry Pi with disks and a TPM of its own. Its power may be cut: what is on disk
 * and in the TPM is there when it is booted again.
 */
export class VirtualPi {
  readonly folder: string;
  readonly #architecture: Architecture;
  readonly #header: Header;
  readonly #image: Image;
  #ended = Promise.resolve();
  #power: readonly Child[] = [];
  #server: readonly Server[] = [];

  private constructor(folder: string, architecture: Architecture, header: Header, image: Image) {
    this.folder = folder;
    this.#architecture = architecture;
    this.#header = header;
    this.#image = image;
  }

  static async build(architecture: Architecture, header: Header): Promise<VirtualPi> {
    const folder = mkdtempSync(join(tmpdir(), 'ties-pi-'));
    try {
      return new VirtualPi(folder, architecture, header, await makeImage(folder, architecture));
    } catch (error) {
      rmSync(folder, { recursive: true });
      throw error;
    }
  }

  /** Switch it on; resolves once it can be asked. */
  async boot({ console: place = 'file' }: BootOptions = {}): Promise<AgentClient> {
    const sockets = await this.#startTpm();
    const agent = this.#listen(sockets.agent);
    const header = this.#listen(sockets.header);
    const serial = place === 'terminal' ? 'mon:stdio' : `file:${this.#path('console')}`;
    const command = qemuCommand(this.#architecture, this.#image, { sockets, serial });
    const machine = startChild(command, place === 'terminal' ? null : this.#path('qemu.log'));
    this.#power = [machine, ...this.#power];
    const died = machine.ended.then(() => {
      throw new Error(`The machine is off.\n${this.tellConsole()}`);
    });
    this.#header.connect(await Promise.race([header, died]));
    this.#ended = machine.ended;
    const client = new AgentClient(await Promise.race([agent, died]));
    await Promise.race([client.ready.catch(() => died), died, this.#late()]);
    died.catch(() => {});
    return client;
  }

  /** Until it is off. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** Cut its power, and its TPM's. */
  async powerOff(): Promise<void> {
    const [power, servers] = [this.#power, this.#server];
    this.#power = [];
    this.#server = [];
    for (const each of power) await each.kill('SIGKILL');
    for (const each of servers) each.close();
  }

  /** The last lines of its console, and of QEMU's own words. */
  tellConsole(): string {
    return ['console', 'qemu.log']
      .filter((file) => existsSync(this.#path(file)))
      .flatMap((file) => readFileSync(this.#path(file), 'utf8').split('\n').slice(-CONSOLE_LINES))
      .join('\n');
  }

  async destroy(): Promise<void> {
    await this.powerOff();
    rmSync(this.folder, { recursive: true });
  }

  #path(name: string): string {
    return join(this.folder, name);
  }

  async #startTpm(): Promise<Sockets> {
    const sockets = { agent: this.#path('agent.sock'), header: this.#path('header.sock') };
    if (!this.#architecture.hasTpm) return { ...sockets, tpm: null };
    const [tpm, state] = [this.#path('tpm.sock'), this.#path('tpm')] as const;
    mkdirSync(state, { recursive: true });
    rmSync(tpm, { force: true });
    const control = `type=unixio,path=${tpm}`;
    const command = ['swtpm', 'socket', '--tpm2', '--tpmstate', `dir=${state}`, '--ctrl', control];
    const child = startChild(command, this.#path('swtpm.log'));
    this.#power = [child];
    const refused = child.ended.then(() => {
      throw new Error(readFileSync(this.#path('swtpm.log'), 'utf8'));
    });
    await Promise.race([there(tpm), refused]);
    refused.catch(() => {});
    return { ...sockets, tpm };
  }

  async #late(): Promise<never> {
    await sleep(1000 * BOOT_LIMIT_S, undefined, { ref: false });
    throw new Error(`No word from the agent in ${BOOT_LIMIT_S} s.\n${this.tellConsole()}`);
  }

  async #listen(path: string): Promise<Socket> {
    rmSync(path, { force: true });
    const server = createServer();
    this.#server = [...this.#server, server];
    server.listen(path);
    const [socket] = (await once(server, 'connection')) as [Socket];
    return socket;
  }
}

const there = async (path: string): Promise<void> => {
  while (!existsSync(path)) await sleep(10);
};
