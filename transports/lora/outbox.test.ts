import { NEVER, type Observable, of, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { OutgoingMessage } from './interface.ts';
import { Outbox } from './outbox.ts';

const message = (name: number, priority = 0): OutgoingMessage => {
  return { net: 1, src: 1, dst: 2, payload: Uint8Array.of(name), priority };
};

/** An outbox, and what it began. */
const rig = (ready: (message: OutgoingMessage) => Observable<unknown>) => {
  const begun: number[] = [];
  const outbox = new Outbox({
    ready,
    exchange: ({ payload }) => {
      begun.push(payload[0] as number);
      return NEVER;
    },
    rest: () => of(undefined),
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
