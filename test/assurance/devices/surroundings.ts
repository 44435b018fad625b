import { type Observable, of } from 'rxjs';
import type { Store } from '../../../actors/store.ts';
import type { Clock } from '../../../drivers/clock/interface.ts';
import type { IncomingMessage, Link, OutgoingMessage } from '../../../transports/lora/interface.ts';
import type { Taken } from './provider.ts';

/** A store over these values, that tells which keys of others a node writes down. */
export const watchedStore = (
  values: Map<string, unknown>,
  tell: (requester: number, taken: Taken) => void,
): Store => ({
  get: <T>(key: string) => values.get(key) as T | undefined,
  entries: <T>(prefix: string) =>
    [...values].filter(([key]) => key.startsWith(prefix)) as [string, T][],
  write: async (changes) => {
    for (const [key, value] of Object.entries(changes)) {
      const [, requester] = /^transaction\/(\d+)$/.exec(key) ?? [];
      if (requester !== undefined && value !== undefined) tell(Number(requester), value as Taken);
      if (value === undefined) values.delete(key);
      else values.set(key, value);
    }
  },
  flush: async () => undefined,
});

/** A link on which all is said at once and acknowledged, whoever heard it. */
export const attackersLink = (
  clock: Clock,
  messages: Observable<IncomingMessage>,
  say: (message: OutgoingMessage) => void,
): Link => ({
  messages,
  send: (message) => {
    say(message);
    const nowMs = clock.now();
    return of({ startMs: nowMs, endMs: nowMs, frames: 1, bytes: 0, airtimeMs: 0 });
  },
  listenAs: () => undefined,
  dutyCycle: () => null,
  close: () => undefined,
});
