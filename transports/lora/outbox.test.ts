import { NEVER, type Observable, type Observer, of, Subject, Subscription, take } from 'rxjs';
import { expect, test } from 'vitest';
import { HeapClock } from '../../simulations/heap-clock.ts';
import type { Delivery, OutgoingMessage } from './interface.ts';
import { Outbox } from './outbox.ts';

const message = (name: number, priority = 0): OutgoingMessage => {
  return { net: 1, src: 1, dst: 2, payload: Uint8Array.of(name), priority };
};

/** An outbox, and what it began. */
const rig = (ready: (message: OutgoingMessage) => Observable<unknown>) => {
  const begun: number[] = [];
  const outbox = new Outbox({
    leave: (message, begin) => {
      const awaited = new Subscription();
      return {
        await: () => awaited.add(ready(message).pipe(take(1)).subscribe(begin)),
        giveUp: () => awaited.unsubscribe(),
      };
    },
    exchange: ({ payload }) => ({
      begin: () => begun.push(payload[0] as number),
      withdraw: () => {},
    }),
    ...{ restMs: () => 1, clock: new HeapClock() },
  });
  return { outbox, begun };
};

test('while one waits for leave, one that matters more and need not goes first', () => {
  const { outbox, begun } = rig(({ priority }) => (priority === 0 ? NEVER : of(undefined)));
  outbox.send(message(1)).subscribe();
  outbox.send(message(2)).subscribe();
  expect(begun).toEqual([]);
  outbox.send(message(3, 1)).subscribe();
  expect(begun).toEqual([3]);
});

test('what is withdrawn while it waits for leave makes way for the next', () => {
  const { outbox, begun } = rig(({ payload }) => (payload[0] === 1 ? NEVER : of(undefined)));
  const first = outbox.send(message(1)).subscribe();
  outbox.send(message(2)).subscribe();
  first.unsubscribe();
  expect(begun).toEqual([2]);
});

test('leave that comes begins one message, and closed it begins none', () => {
  const leave = new Subject<void>();
  const { outbox, begun } = rig(() => leave);
  for (const name of [1, 2]) outbox.send(message(name)).subscribe();
  leave.next();
  leave.next();
  expect(begun).toEqual([1]);
  expect(leave.observed).toBe(false);
  const closing = rig(() => leave);
  closing.outbox.send(message(3)).subscribe();
  closing.outbox.close();
  leave.next();
  expect([closing.begun, leave.observed]).toEqual([[], false]);
});

test('who stops waiting as soon as it is told makes no second rest', async () => {
  const clock = new HeapClock();
  const begun: Observer<Delivery>[] = [];
  let rests = 0;
  const outbox = new Outbox({
    leave: (_, begin) => ({ await: begin, giveUp: () => {} }),
    exchange: (_, observer) => ({ begin: () => begun.push(observer), withdraw: () => {} }),
    restMs: () => {
      rests += 1;
      return 10;
    },
    clock,
  });
  const send = (name: number) => outbox.send(message(name)).pipe(take(1)).subscribe();
  for (const name of [1, 2, 3]) send(name);
  begun[0]?.next({} as Delivery);
  begun[0]?.complete();
  await clock.advance(9);
  expect(begun).toHaveLength(1);
  await clock.advance(10);
  expect([rests, begun.length]).toEqual([1, 2]);
});
