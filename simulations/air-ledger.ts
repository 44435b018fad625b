import { type Observable, Subject } from 'rxjs';
import {
  type AirFrame,
  Ledger,
  type LedgerMessage,
  type LedgerRow,
} from '../transports/trace/ledger.ts';

/** What one link message took on a simulated air, where every radio has a name. */
export type AirRow = LedgerRow<string>;

/** A row as it stands after one more frame; `id` is its place among the rows. */
export interface AirChange {
  readonly id: number;
  readonly row: AirRow;
}

export interface AirLedger {
  /** Hot. */
  readonly changes: Observable<AirChange>;
  /** In the order in which the messages first appeared on the air. */
  rows(): readonly AirRow[];
  close(): void;
}

/** Watch the air and group its frames into messages. It touches nothing and needs no keys. */
export const airLedger = (transmissions: Observable<AirFrame<string>>): AirLedger => {
  const ledger = new Ledger<string>();
  const rows: AirRow[] = [];
  const ids = new WeakMap<LedgerMessage<string>, number>();
  const changes = new Subject<AirChange>();
  const watching = transmissions.subscribe((onAir) => {
    const entered = ledger.enter(onAir);
    if (entered === null || !('isNew' in entered)) return;
    const { message, isNew } = entered;
    if (isNew) ids.set(message, rows.push(message.row) - 1);
    changes.next({ id: ids.get(message) as number, row: message.row });
  });
  return { changes, rows: () => rows, close: () => watching.unsubscribe() };
};
