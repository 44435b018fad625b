import { toHex } from '../../protocol/bytes.ts';
import { Ledger } from '../../transports/trace/ledger.ts';

/** Messages that one radio has said whole, by their bytes. */
export class SaidMessages {
  readonly #ledger = new Ledger<null>();
  readonly #payloads = new Set<string>();

  hear(frame: Uint8Array, atMs: number): void {
    const onAir = { radioId: null, frame, startMs: atMs, endMs: atMs, airtimeMs: 0 };
    const entered = this.#ledger.enter(onAir);
    if (entered === null || !('isNew' in entered)) return;
    const { fragments, last } = entered.message;
    const parts = Array.from({ length: last + 1 }, (_, index) => fragments[index]);
    if (parts.includes(undefined)) return;
    this.#payloads.add(toHex(Buffer.concat(parts as Uint8Array[])));
  }

  has(payload: Uint8Array): boolean {
    return this.#payloads.has(toHex(payload));
  }
}
