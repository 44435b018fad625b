import type { Architecture } from '../image/architecture.ts';
import type { AgentClient } from './agent-client.ts';
import { Board } from './board.ts';
import { VirtualPi } from './virtual-pi.ts';

/** One machine that is on, and the chips on its header. */
export class Lab {
  readonly board = new Board();
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

  async start(): Promise<void> {
    this.#pi = await VirtualPi.build(this.#architecture, this.board.header);
    await this.boot();
  }

  async boot(): Promise<void> {
    this.#agent = await this.pi.boot();
  }

  async cutPower(): Promise<void> {
    this.#agent = null;
    await this.pi.powerOff();
  }

  /** What a program printed; fails with all it said where it did not end well. */
  async run(command: string, ...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.agent.call('shell', 'run', command, args);
    if (code !== 0) throw new Error(`${[command, ...args].join(' ')}: ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  async end(): Promise<void> {
    await this.#pi?.destroy();
  }
}
