import type { Socket } from 'node:net';
import { TiesError } from '../../../protocol/errors.ts';
import type { Groups } from '../guest/agent.ts';
import { type Answer, openChannel, type Request } from '../guest/channel.ts';

type Operations = { [Group in keyof Groups]: Groups[Group] };
type OperationOf<Group extends keyof Operations> = Extract<keyof Operations[Group], string>;
type Callable<Group extends keyof Operations, Name extends OperationOf<Group>> = Extract<
  Operations[Group][Name],
  (...args: never[]) => unknown
>;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** What `../guest/agent.ts` does in the guest, asked for from here. */
export class AgentClient {
  /** It has come up. */
  readonly ready: Promise<void>;
  readonly #send: (request: Request) => void;
  readonly #waiting = new Map<number, Waiting>();
  #id = 0;

  constructor(socket: Socket) {
    this.ready = new Promise((resolve, reject) => this.#waiting.set(0, { resolve, reject }));
    this.ready.catch(() => {});
    this.#send = openChannel<Request, Answer>(socket, socket, (answer) => this.#settle(answer));
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const { reject } of this.#waiting.values()) reject(new Error('The machine is off.'));
      this.#waiting.clear();
    });
  }

  /** Rejects with the guest's `TiesError`, or whatever went wrong there. */
  call<Group extends keyof Operations, Name extends OperationOf<Group>>(
    group: Group,
    operation: Name,
    ...args: Parameters<Callable<Group, Name>>
  ): Promise<Awaited<ReturnType<Callable<Group, Name>>>> {
    this.#id += 1;
    const id = this.#id;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting['resolve'], reject });
      this.#send({ id, group, operation, args });
    });
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('value' in answer) {
      waiting?.resolve(answer.value);
      return;
    }
    const { code, message } = answer.fault;
    waiting?.reject(code === null ? new Error(message) : new TiesError(code, message));
  }
}
