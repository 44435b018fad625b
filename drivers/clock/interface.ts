/**
 * Time, as everything in TIES sees it. It satisfies xstate's own `Clock`, so one object serves
 * `createActor({ clock })`, the link and every actor.
 */
export interface Clock {
  /** Milliseconds since an arbitrary origin; never goes back. */
  now(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(id: unknown): void;
  /**
   * Let really asynchronous work (an FFI call, a disk write) into this time.
   *
   * On the wall clock it just starts. On a virtual clock the work is an entry at
   * `now + latencyMs`, so what follows it depends on the modelled latency and never on when a
   * thread finished.
   */
  work<T>(latencyMs: number, start: () => Promise<T>): Promise<T>;
}
