import type { Observable } from 'rxjs';
import { type AirFrame, Ledger, type LedgerRow } from '../transports/trace/ledger.ts';

/** What one link message took on a simulated air, where every radio has a name. */
export type AirRow = LedgerRow<string>;

export interface AirLedger {
  /** In the order in which the messages first appeared on the air. */
  rows(): readonly AirRow[];
  close(): void;
}

/** Watch the air and group its frames into messages. It touches nothing and needs no keys. */
export const airLedger = (transmissions: Observable<AirFrame<string>>): AirLedger => {
  const ledger = new Ledger<string>();
  const rows: AirRow[] = [];
  const watching = transmissions.subscribe((onAir) => {
    const entered = ledger.enter(onAir);
    if (entered !== null && 'isNew' in entered && entered.isNew) rows.push(entered.message.row);
  });
  return { rows: () => rows, close: () => watching.unsubscribe() };
};
