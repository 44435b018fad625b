import type { Sighting } from '../../actors/tap.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import { toHex } from '../../protocol/bytes.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { Airtimes } from '../../transports/trace/airtimes.ts';
import { lossesIn, senderIn } from '../../transports/trace/comments.ts';
import type { TracedFrame } from '../../transports/trace/frame.ts';
import { PlayedTime } from '../../transports/trace/played-time.ts';
import { CENTER_NAME, World, type WorldOptions } from '../world.ts';
import { Verdicts } from './verdicts.ts';

export interface ThroughInput {
  /** Of which one device is on: who it is, is drawn from the seed. */
  readonly world: WorldOptions;
  readonly device: string;
  /** When it is switched on, by the trace's time; the center is on before all. */
  readonly onMs: number;
  readonly frames: AsyncIterable<TracedFrame>;
}

/** A frame that the device sent, and the one that it sent when the trace was recorded. */
export interface Parting {
  readonly atMs: number;
  readonly recorded: string;
  /** Null where it sent no more. */
  readonly replayed: string | null;
}

export interface Through {
  readonly heard: number;
  readonly verdicts: Verdicts;
  readonly news: readonly { readonly atMs: number; readonly type: string }[];
  /** Frames that it sent as it had when the trace was recorded, up to the first other one. */
  readonly same: number;
  readonly parting: Parting | null;
}

const SETTLE_MS = 60_000;
/** What began before the trace ended is still compared. */
const IN_FLIGHT_MS = 1_000;
/** A trace of a real radio counts from 1970, one of a simulation from its beginning. */
const REAL_SINCE_MS = 1e12;

/**
 * Let one device, alone in its world, hear a trace at its times, and see what it does. The frames
 * that the trace has of the device itself are not said, but compared with what it sends now.
 */
export const replayThrough = async (input: ThroughInput): Promise<Through> => {
  const { device, frames, onMs } = input;
  const verdicts = new Verdicts();
  const news: { atMs: number; type: string }[] = [];
  const watch = (sighting: Sighting): void => {
    const { kind, type, atMs } = sighting;
    if (sighting.device !== device) return;
    verdicts.watch(sighting);
    if (kind === 'news' && !type.startsWith('message.')) news.push({ atMs, type });
  };
  const world = await World.create({ ...input.world, watch });
  try {
    if (device !== CENTER_NAME) await world.powerOff(CENTER_NAME);
    const { clock, medium } = world;
    const own = new Comparison();
    medium.sent.subscribe(({ radioId, frame, startMs }) => {
      if (radioId === device) own.replayed(frame, startMs);
    });
    const startMs = Math.max(clock.now(), onMs);
    if (device !== CENTER_NAME)
      clock.setTimeout(() => world.switchOn(device), startMs - clock.now());
    const others = new Map<string, Radio>();
    const radioOf = (name: string): Radio => {
      const known = others.get(name);
      const radio = known ?? medium.join({ id: `${name} recorded`, modulation: presets.default });
      others.set(name, radio);
      return radio;
    };
    const airtimes = new Airtimes();
    const played = new PlayedTime();
    let offsetMs: number | null = null;
    let heard = 0;
    for await (const traced of frames) {
      const lastsMs = airtimes.of(traced.channel, traced.frame.length);
      const beganMs = played.of(Number(traced.atNs) / 1e6 - lastsMs);
      offsetMs ??= beganMs > REAL_SINCE_MS ? startMs + 1_000 - beganMs : 0;
      await clock.advance(Math.max(0, beganMs + offsetMs - clock.now()));
      const sender = senderIn(traced.comments);
      if (sender === device || traced.direction === 'sent') own.recorded(traced.frame, clock.now());
      else if (!isLostAt(device, traced)) {
        heard += 1;
        say(radioOf(sender ?? 'others'), traced.frame);
      }
    }
    await clock.advance(IN_FLIGHT_MS);
    const compared = own.result;
    await clock.advance(SETTLE_MS);
    return { heard, verdicts, news, ...compared };
  } finally {
    await world.close();
  }
};

const isLostAt = (device: string, { comments }: TracedFrame): boolean =>
  lossesIn(comments).some(({ receiver }) => receiver === device);

/** What overlaps with itself, of radios whose names the trace does not tell, is lost. */
const say = (radio: Radio, frame: Uint8Array): void => {
  radio.transmit(frame).subscribe({ error: () => undefined });
};

/** Two rows of frames side by side, as they come. */
class Comparison {
  readonly #waiting = { recorded: [] as string[], replayed: [] as string[] };
  #same = 0;
  #parting: Parting | null = null;
  #lastMs = 0;

  recorded(frame: Uint8Array, atMs: number): void {
    this.#take('recorded', frame, atMs);
  }

  replayed(frame: Uint8Array, atMs: number): void {
    this.#take('replayed', frame, atMs);
  }

  get result(): Pick<Through, 'same' | 'parting'> {
    const [recorded] = this.#waiting.recorded;
    const left = recorded === undefined ? null : { atMs: this.#lastMs, recorded, replayed: null };
    return { same: this.#same, parting: this.#parting ?? left };
  }

  #take(of: 'recorded' | 'replayed', frame: Uint8Array, atMs: number): void {
    if (this.#parting !== null) return;
    const { recorded, replayed } = this.#waiting;
    this.#waiting[of].push(toHex(frame));
    this.#lastMs = atMs;
    const [one, other] = [recorded[0], replayed[0]];
    if (one === undefined || other === undefined) return;
    if (one !== other) this.#parting = { atMs, recorded: one, replayed: other };
    else {
      recorded.shift();
      replayed.shift();
      this.#same += 1;
    }
  }
}
