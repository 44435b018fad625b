import type { Architecture } from '../image/architecture.ts';
import type { AgentClient } from './agent-client.ts';
import { Board } from './board.ts';
import { Neighbours } from './neighbours.ts';
import { VirtualPi } from './virtual-pi.ts';

/** One machine that is on, the chips on its header, and devices on the host within its radio's reach. */
export class Lab {
  readonly board = new Board();
  readonly neighbours = new Neighbours(this.board);
  readonly #architecture: Architecture;
  #pi: VirtualPi | null = null;
  #agent: AgentClient | null = null;

  constructor(architecture: Architecture) {
    this.#architecture = architecture;
  }

  get pi(): VirtualPi {
    if (this.#pi === null) throw new Error('There is no machine.');
    return this.#pi;
  }

  get agent(): AgentClient {
    if (this.#agent === null) throw new Error('The machine is off.');
    return this.#agent;
  }

  /** Build it, with the package in it. */
  async start(): Promise<void> {
    const { name } = this.#architecture;
    this.#pi = await timed('built', VirtualPi.build(this.#architecture, this.board.header));
    await Promise.all([this.boot(), this.neighbours.start()]);
    await timed(`package for ${name} installed`, this.run('dpkg', '--install', '/lab/ties.deb'));
  }

  async boot(): Promise<void> {
    this.#agent = await timed('booted', this.pi.boot());
  }

  async cutPower(): Promise<void> {
    this.#agent = null;
    await this.pi.powerOff();
    await this.board.cyclePower();
  }

  /** What a program printed; fails with all it said where it did not end well. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.agent.call('shell', 'run', command, args);
    if (code !== 0) throw new Error(`${[command, ...args].join(' ')}: ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  async end(): Promise<void> {
    await this.#pi?.destroy();
    await this.neighbours.end();
  }
}

const timed = async <T>(what: string, done: Promise<T>): Promise<T> => {
  const since = performance.now();
  const value = await done;
  console.log(`${what}: ${((performance.now() - since) / 1000).toFixed(1)} s`);
  return value;
};
