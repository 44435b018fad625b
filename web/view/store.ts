import type { MessageSeen, PaceRequest } from '../../transports/inspect/interface.ts';
import { type Actors, Past } from '../model/actors.ts';
import { Incremental } from '../model/incremental.ts';
import { type Happening, Journal, placeOf } from '../model/journal.ts';
import { Openings } from '../model/messages.ts';
import { followNetwork, type Network, noNetwork } from '../model/network.ts';
import { Redraw } from '../model/redraw.ts';
import { followTpm, noTpmWork, type TpmWork } from '../model/tpm-work.ts';

export const VIEWS = ['machines', 'sequence', 'waterfall', 'network'] as const;
export type View = (typeof VIEWS)[number];

/** What the user has chosen to see. */
export interface Choice {
  readonly view: View;
  readonly actor: string | null;
  readonly message: number | null;
  readonly device: string | null;
  readonly search: string;
  readonly asTable: boolean;
  /** Also actors without a chart. */
  readonly all: boolean;
  /** A moment of the past, or null: the present, as it goes on. */
  readonly atMs: number | null;
}

/** Between two drawings of what was heard. */
const DRAW_MS = 70;

export type Line = 'connecting' | 'open' | 'lost' | 'file';

/** All that the page stands on: what was heard, what is chosen; it is drawn at most once a frame. */
export class Store {
  readonly journal = new Journal();
  readonly openings = new Openings();
  line: Line = 'connecting';
  ask: (request: PaceRequest) => void = () => undefined;
  choice: Choice = {
    ...{ view: 'machines', actor: null, message: null, device: null, search: '' },
    ...{ asTable: false, all: false, atMs: null },
  };
  readonly #past = new Past();
  readonly #network = new Incremental<Network>(noNetwork, followNetwork);
  readonly #tpm = new Incremental<TpmWork>(noTpmWork, followTpm);
  readonly #redraw: Redraw;
  /** The user has chosen something since the page was drawn. */
  hasChosen = false;

  constructor(draw: () => void) {
    const frames = {
      now: () => performance.now(),
      setTimeout: (act: () => void, waitMs: number) => window.setTimeout(act, waitMs),
      clearTimeout: (timer: unknown) => clearTimeout(timer as number),
      requestFrame: (act: () => void) => requestAnimationFrame(act),
    };
    this.#redraw = new Redraw(frames, () => {
      this.#catchUp();
      draw();
      this.hasChosen = false;
    });
  }

  /** The user is answered with the next frame. */
  choose(change: Partial<Choice>): void {
    this.choice = { ...this.choice, ...change };
    this.hasChosen = true;
    this.#redraw.after(0);
  }

  /** What was heard is drawn a little later with what else comes: frames between are for motion. */
  touch(waitMs = DRAW_MS): void {
    this.#redraw.after(waitMs);
  }

  get nowMs(): number {
    return this.choice.atMs ?? this.journal.lastMs;
  }

  /** Happenings up to the chosen moment, its own among them. */
  get count(): number {
    const { atMs } = this.choice;
    const { happenings } = this.journal;
    return atMs === null ? happenings.length : placeOf(happenings, atMs + 1e-6);
  }

  get actors(): Actors {
    return this.#past.after(this.journal.happenings, this.count);
  }

  get network(): Network {
    return this.#network.after(this.journal.happenings, this.count);
  }

  get tpm(): TpmWork {
    return this.#tpm.after(this.journal.happenings, this.count);
  }

  get message(): MessageSeen | null {
    const { message } = this.choice;
    return this.journal.messages.find(({ id }) => id === message) ?? null;
  }

  /** To the moment before or after the chosen one at which a state changed. */
  step(direction: -1 | 1): void {
    const { happenings } = this.journal;
    const isStep = (it: Happening | undefined): boolean =>
      it?.type === '@xstate.snapshot' && it.snapshot.value !== undefined;
    const nowMs = this.nowMs;
    let at = direction === 1 ? this.count : placeOf(happenings, nowMs) - 1;
    while (at >= 0 && at < happenings.length && !isStep(happenings[at])) at += direction;
    const atMs = happenings[at]?.atMs;
    if (atMs !== undefined) this.choose({ atMs });
    else if (direction === 1) this.choose({ atMs: null });
  }

  #catchUp(): void {
    const { journal } = this;
    const from = journal.changedFrom;
    journal.changedFrom = Number.POSITIVE_INFINITY;
    this.#past.forget(from);
    this.#network.forget(from);
    this.#tpm.forget(from);
    this.openings.read(journal.happenings, from);
  }
}
