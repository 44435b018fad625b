/** Slots to choose from once somebody else was found to send. */
const FIRST_WINDOW_SLOTS = 4;
const LAST_WINDOW_SLOTS = 512;
/**
 * Idle slots between two transmissions with which the channel serves best: with fewer too many
 * collide, with more it lies idle. It hardly depends on how many share it; where an exchange takes
 * 10 to 100 slots it is 2 to 7.
 */
const TARGET_IDLE_SLOTS = 4;
const MEAN_GAIN = 1 / 4;
const LONG_PAUSE_SLOTS = 3 * TARGET_IDLE_SLOTS;
/** Where many wait there may be what collided and was not heard in a long pause: it tells nothing. */
const LARGE_WINDOW_SLOTS = 4 * FIRST_WINDOW_SLOTS;
/** Where it is as long as the window nobody waits; that takes so many in a row, or one if few did. */
const LONG_PAUSES = 4;
const SMALL_WINDOW_SLOTS = 2 * FIRST_WINDOW_SLOTS;
/** The window grows by a factor, and its inverse, the rate of attempts, by a constant. */
const WINDOW_GROWTH = 1.1;
const RATE_GROWTH = 0.002;

/** How many share the channel, as the slots to draw from before one sends. */
export interface Contention {
  /** 1: nobody else. */
  readonly windowSlots: number;
  readonly meanIdleSlots: number;
  readonly longPauses: number;
}

export const uncontended: Contention = {
  windowSlots: 1,
  meanIdleSlots: TARGET_IDLE_SLOTS,
  longPauses: 0,
};

/** Of all who wait for the channel one would have begun. */
export const isLongPause = (idleSlots: number, { windowSlots }: Contention): boolean =>
  idleSlots >= Math.max(LONG_PAUSE_SLOTS, windowSlots);

/** Time and again somebody sends and nobody is heard: so many that what they send collides. */
export const crowded = (contention: Contention): Contention => ({
  ...contention,
  windowSlots: Math.min(2 * contention.windowSlots, LAST_WINDOW_SLOTS),
});

/** Somebody else was found to send when one wanted to. */
export const opposed = (contention: Contention): Contention => ({
  ...contention,
  windowSlots: Math.max(contention.windowSlots, FIRST_WINDOW_SLOTS),
});

/**
 * Idle Sense (Heusse, Rousseau, Guillier and Duda, SIGCOMM 2005): somebody, or this radio, began
 * to send after so many idle slots. All who wait see the same, so their windows become equal,
 * whoever was lucky before; and a loss says nothing about it.
 */
export const afterIdleSlots = (contention: Contention, idleSlots: number): Contention => {
  const { windowSlots, meanIdleSlots } = contention;
  if (windowSlots === 1) return contention;
  const longPauses = isLongPause(idleSlots, contention) ? contention.longPauses + 1 : 0;
  const isOver = longPauses > 0 && windowSlots < SMALL_WINDOW_SLOTS;
  if (isOver || longPauses === LONG_PAUSES) return uncontended;
  if (idleSlots > LONG_PAUSE_SLOTS && windowSlots > LARGE_WINDOW_SLOTS)
    return { ...contention, longPauses };
  const slots = Math.min(idleSlots, LONG_PAUSE_SLOTS);
  const mean = meanIdleSlots + MEAN_GAIN * (slots - meanIdleSlots);
  const window =
    mean < TARGET_IDLE_SLOTS
      ? Math.min(windowSlots * WINDOW_GROWTH, LAST_WINDOW_SLOTS)
      : windowSlots / (1 + RATE_GROWTH * windowSlots);
  return { windowSlots: Math.max(window, FIRST_WINDOW_SLOTS), meanIdleSlots: mean, longPauses };
};
