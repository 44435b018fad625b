/** What drawing needs of a window. */
export interface Frames {
  now(): number;
  setTimeout(act: () => void, waitMs: number): unknown;
  clearTimeout(timer: unknown): void;
  requestFrame(act: () => void): void;
}

/** Draws when somebody has asked for it: at most once a frame, however often and whoever asks. */
export class Redraw {
  readonly #frames: Frames;
  readonly #draw: () => void;
  #timer: unknown = null;
  #dueMs = Number.POSITIVE_INFINITY;
  #drawnMs = Number.NEGATIVE_INFINITY;
  #isFrameAsked = false;

  constructor(frames: Frames, draw: () => void) {
    this.#frames = frames;
    this.#draw = draw;
  }

  /** Draw once so long has passed since it was drawn, or before if that is asked for too. */
  after(waitMs: number): void {
    const nowMs = this.#frames.now();
    const dueMs = Math.max(nowMs, this.#drawnMs + waitMs);
    if (this.#isFrameAsked || dueMs >= this.#dueMs) return;
    this.#dueMs = dueMs;
    this.#frames.clearTimeout(this.#timer);
    this.#timer = this.#frames.setTimeout(() => {
      this.#isFrameAsked = true;
      this.#frames.requestFrame(() => this.#drawNow());
    }, dueMs - nowMs);
  }

  #drawNow(): void {
    this.#isFrameAsked = false;
    this.#dueMs = Number.POSITIVE_INFINITY;
    this.#drawnMs = this.#frames.now();
    this.#draw();
  }
}
