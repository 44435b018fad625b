import type { Observer } from 'rxjs';

/** Told how something ended, by one of these, once. */
export type Ending = Pick<Observer<never>, 'complete' | 'error'>;
