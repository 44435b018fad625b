import { filter, firstValueFrom } from 'rxjs';
import { type AirServer, serveAir } from '../../../simulations/air-socket/server.ts';
import { Processes, type Ties } from '../../run/processes.ts';
import type { Board } from './board.ts';

/** What a device told of a reading that it got. */
export interface SeenReading {
  readonly epoch: number;
  readonly temperatureC: number;
}

/** Nothing else that a node sends is as long (docs/protocol.md, K1). */
const KEY_REQUEST_BYTES = 200;

/** An emulated processor takes its time from the end of a frame until it listens, or answers. */
export const TURNAROUND_MS = 100;

interface Member {
  readonly address: number;
}

/** A Central Entity and a node on the host, real processes on the air that the machine's radio is on. */
export class Neighbours {
  readonly names = ['CE', 'N2'] as const;
  readonly #board: Board;
  readonly #watching = new Map<string, Ties>();
  readonly #addresses = new Map<'machine' | 'node', number>();
  #processes: Processes | null = null;
  #air: AirServer | null = null;
  /** Id of the node on the host. */
  device = '';

  constructor(board: Board) {
    this.#board = board;
  }

  async start(): Promise<void> {
    const processes = new Processes();
    this.#processes = processes;
    const { medium, clock } = this.#board;
    this.#air = await serveAir({ path: processes.path('air'), medium, clock });
    const radio = {
      driver: 'socket',
      path: processes.path('air'),
      turnaroundMs: TURNAROUND_MS,
    } as const;
    const [center, node] = [
      processes.role('center', 'CE', { radio }),
      processes.role('node', 'N2', { radio }),
    ];
    await processes.provision(center);
    const { device, label } = await processes.provision(node);
    this.device = device;
    await processes.device(center, /center\.ready/);
    await processes.ask('CE', 'window', 'open', '--for', '1h');
    await this.admit('node', label);
    await processes.device(node, /node\.joined/);
    for (const name of this.names)
      this.#watching.set(name, processes.start(['watch', '--socket', processes.socket(name)]));
  }

  addressOf(who: 'machine' | 'node'): number {
    return this.#addresses.get(who) ?? Number.NaN;
  }

  async admit(who: 'machine' | 'node', label: string): Promise<void> {
    const before = (await this.members()).map(({ address }) => address);
    await this.#here.ask('CE', 'admit', label);
    const given = (await this.members()).find(({ address }) => !before.includes(address));
    this.#addresses.set(who, given?.address ?? Number.NaN);
  }

  /** The devices that the center lists. */
  async members(): Promise<readonly Member[]> {
    return (await this.#here.ask('CE', 'nodes')).nodes;
  }

  /** Until a radio has just sent a request for a session key. */
  async keyRequestOf(id: string): Promise<void> {
    const isOne = ({ radioId, frame }: { radioId: string; frame: Uint8Array }): boolean =>
      radioId === id && frame.length >= KEY_REQUEST_BYTES;
    await firstValueFrom(this.#board.medium.transmissions.pipe(filter(isOne)));
  }

  /** Readings of others that reached a device so far. */
  readings(name: string): SeenReading[] {
    const lines = this.#watching.get(name)?.output.stdout.split('\n') ?? [];
    return lines
      .filter((line) => line.includes('"reading.received"') && line.endsWith('}'))
      .map((line) => JSON.parse(line).reading);
  }

  async end(): Promise<void> {
    await this.#processes?.close();
    await this.#air?.close();
  }

  get #here(): Processes {
    if (this.#processes === null) throw new Error('The neighbours are not there yet.');
    return this.#processes;
  }
}
