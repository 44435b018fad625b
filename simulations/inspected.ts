import type { Clock } from '../drivers/clock/interface.ts';
import { BROADCAST, CENTER } from '../protocol/identity.ts';
import { messageById } from '../protocol/messages.ts';
import { Hub } from '../transports/inspect/hub.ts';
import type { MessageSeen } from '../transports/inspect/interface.ts';
import type { AirChange } from './air-ledger.ts';
import { Pace } from './pace.ts';
import type { World, WorldOptions } from './world.ts';

/** A world that can be looked at, and paced. */
export interface Inspection {
  readonly hub: Hub;
  readonly pace: Pace;
  /** For `World.create`. */
  readonly options: Pick<WorldOptions, 'feed' | 'paced' | 'made'>;
}

/** Ready a world for the inspector. `speed`: virtual seconds in one, null as fast as it can. */
export const inspection = (input: {
  readonly title: string;
  readonly wall: Clock;
  readonly epochMs: number;
  readonly speed: number | null;
  readonly detail: 'watched' | 'always';
}): Inspection => {
  const { title, wall, epochMs, speed, detail } = input;
  let world: World | null = null;
  const clock = { now: () => world?.clock.now() ?? 0 };
  const hub = new Hub({ title, clock, epochMs, detail });
  const pace = new Pace(wall, speed ?? 1, (seen) => hub.tell(seen));
  if (speed !== null) hub.tell(pace.seen);
  const nameOf = names();
  return {
    hub,
    pace,
    options: {
      ...(speed !== null && { paced: pace.until }),
      feed: (device) => {
        const feed = hub.feed(device);
        return {
          news: feed.news,
          inspect: (seen, atMs) => {
            feed.inspect(seen, atMs);
            if (seen.type === '@xstate.snapshot') pace.noticed(atMs);
          },
        };
      },
      made: (made) => {
        world = made;
        made.air.changes.subscribe((change) => {
          hub.tell(messageSeen(change, nameOf));
          tellDuty(made, change.row.radioId, hub);
        });
      },
    },
  };
};

/** Who is who, by the link addresses they are heard to speak under. */
const names = () => {
  const known = new Map<number, string>([
    [CENTER, 'CE'],
    [BROADCAST, 'all'],
  ]);
  return ({ src, dst, radioId }: AirChange['row']): string => {
    if (!known.has(src)) known.set(src, radioId);
    return known.get(dst) ?? String(dst);
  };
};

const tellDuty = (world: World, device: string, hub: Hub): void => {
  const duty = world.isOn(device) ? world.device(device).dutyCycle() : null;
  if (duty === null) return;
  const { limit, usedMs, leftMs } = duty;
  hub.tell({ type: '@ties.duty', atMs: world.clock.now(), device, limit, usedMs, leftMs });
};

const messageSeen = (
  { id, row }: AirChange,
  nameOf: (row: AirChange['row']) => string,
): MessageSeen => ({
  type: '@ties.message',
  id,
  atMs: row.startMs,
  endMs: row.endMs,
  device: row.radioId,
  to: nameOf(row),
  name: row.firstByte === null ? null : messageById(row.firstByte & 0x3f),
  bytes: row.bytes,
  frames: row.frames,
  airtimeMs: row.airtimeMs,
  retransmissions: row.retransmissions,
  acks: row.acks,
});
