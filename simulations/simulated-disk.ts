import type { Contents, EncodedChanges } from '../actors/store/contents.ts';
import type { Disk } from '../actors/store/durable-store.ts';

/** What a simulated device's store is on: it outlasts each time the device is on. */
export class SimulatedDisk implements Disk {
  readonly #contents = new Map<string, Uint8Array>();

  contents(): Contents {
    return this.#contents;
  }

  async commit(changes: EncodedChanges): Promise<void> {
    for (const [key, bytes] of changes)
      if (bytes === undefined) this.#contents.delete(key);
      else this.#contents.set(key, bytes);
  }

  async close(): Promise<void> {}
}
