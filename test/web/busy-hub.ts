import { createActor } from 'xstate';
import { wallClock } from '../../drivers/clock/wall.ts';
import { joinNodeMachine } from '../../machines/join/node.ts';
import { MESSAGE_NAMES } from '../../protocol/messages.ts';
import { Hub } from '../../transports/inspect/hub.ts';
import { serve } from './stage.ts';

/** What a device's actors do with one message, in a real run. */
const EVENTS_PER_MESSAGE = 12;

export interface BusyHub {
  readonly url: string;
  /** A message is sent, and its devices do with it what they do. */
  say(): void;
  /** A device of this name is begun: who shows it has heard all that was said before. */
  begin(device: string): void;
  close(): Promise<void>;
}

/** An inspector of so many devices, which speak when they are told to. */
export const busyHub = async (nodes: number): Promise<BusyHub> => {
  const beganMs = wallClock.now();
  const clock = { now: () => wallClock.now() - beganMs };
  const hub = new Hub({ title: 'busy', clock, epochMs: 0, detail: 'always' });
  const server = await serve({ hub });
  const begin = (device: string) => {
    const feed = hub.feed(device);
    const inspect = (seen: Parameters<typeof feed.inspect>[0]) => feed.inspect(seen, clock.now());
    // Nobody provides for it: it fails to begin, backs off, and tries again.
    const actor = createActor(joinNodeMachine, { id: device, inspect });
    actor.subscribe({ error: () => undefined });
    return actor.start();
  };
  const actors = Array.from({ length: nodes }, (_, at) => begin(`N${at + 1}`));
  let said = 0;
  return {
    url: server.url,
    say: () => {
      const from = said % nodes;
      const atMs = clock.now();
      hub.tell({
        ...{ type: '@ties.message', id: said, atMs, endMs: atMs + 80 },
        ...{ device: `N${from + 1}`, to: 'CE', name: MESSAGE_NAMES[said % 20] ?? null },
        ...{ bytes: 80, frames: 2, airtimeMs: 60, retransmissions: 0, acks: 1 },
      });
      for (let at = 0; at < EVENTS_PER_MESSAGE; at += 1)
        actors[(from + at) % nodes]?.send({ type: 'busy' } as never);
      said += 1;
    },
    begin: (device) => void actors.push(begin(device)),
    close: async () => {
      for (const actor of actors) actor.stop();
      await server.close();
    },
  };
};
