import { filter, firstValueFrom, map, merge, Observable, take } from 'rxjs';
import type { AnyActorRef } from 'xstate';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Device } from '../device.ts';

/** What a device tells of itself; which fields there are hangs on the type. */
export interface News {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** All that a device tells from now on. */
export const newsOf = ({ actor }: Device): Observable<News> =>
  new Observable((subscriber) => {
    const told = (actor as AnyActorRef).on('*', (news: unknown) => subscriber.next(news as News));
    return () => told.unsubscribe();
  });

/** Act, and wait for the news that decides how it went; null if it does not come in time. */
export const decided = <T>(
  { news, clock }: { readonly news: Observable<News>; readonly clock: Clock },
  { act, decide, limitMs }: { act(): void; decide(news: News): T | null; limitMs: number },
): Promise<T | null> => {
  const late = new Observable<null>((subscriber) => {
    const timer = clock.setTimeout(() => subscriber.next(null), limitMs);
    return () => clock.clearTimeout(timer);
  });
  const decision = news.pipe(
    map(decide),
    filter((outcome) => outcome !== null),
  );
  const first = firstValueFrom(merge(decision, late).pipe(take(1)));
  act();
  return first;
};
