import type { Store } from '../actors/store.ts';
import type { AirtimeRecord } from '../transports/lora/interface.ts';

/** The airtime of the last hour among all else that a device must not forget. */
export const airtimeRecord = (store: Store): AirtimeRecord => ({
  load: (subBand) => store.get(`airtime/${subBand}`) ?? [],
  save: (subBand, past) => store.write({ [`airtime/${subBand}`]: past }),
});
