import { once } from 'node:events';
import { wallClock } from '../drivers/clock/wall.ts';
import { inspection } from '../simulations/inspected.ts';
import type { WorldOptions } from '../simulations/world.ts';
import { builtPage } from '../transports/inspect/page.ts';
import { serveInspector } from '../transports/inspect/server.ts';

/** Where the inspector is, if nobody says otherwise. */
export const INSPECT_PORT = 4160;
const LOOK_MS = 100;

export interface DemoInspector {
  readonly url: string;
  readonly options: Partial<WorldOptions>;
  /** Resolves when somebody looks on. */
  opened(): Promise<void>;
  /** Resolves when the user has seen enough. */
  left(): Promise<void>;
  close(): Promise<void>;
}

/** The inspector of a demo, on loopback; its world runs so many virtual seconds in one. */
export const demoInspector = async (input: {
  readonly port: number;
  readonly speed: number;
  readonly title: string;
}): Promise<DemoInspector> => {
  const { port, speed, title } = input;
  const world = { title, wall: wallClock, epochMs: Date.now(), speed, detail: 'always' } as const;
  const { hub, pace, options } = inspection(world);
  const server = await serveInspector({
    ...{
      hub,
      page: builtPage(),
      listen: { host: '127.0.0.1', port },
      token: null,
      clock: wallClock,
    },
    ask: (request) => pace.ask(request),
    tell: ({ type, reason }) => process.stderr.write(`${type}: ${reason}\n`),
  });
  return {
    url: server.url,
    options,
    opened: async () => {
      while (hub.viewers === 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    },
    left: async () =>
      void (await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])),
    close: () => server.close(),
  };
};
