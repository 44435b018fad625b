import { EMPTY, of, Subject } from 'rxjs';
import { expect, test } from 'vitest';
import { BROADCAST, type IncomingMessage, type Link } from '../lora/interface.ts';
import { watchedLink } from './watched-link.ts';

test('what a device sends and receives is told, and reaches whom it reached before', () => {
  const incoming = new Subject<IncomingMessage>();
  const delivery = { startMs: 10, endMs: 90, frames: 2, bytes: 60, airtimeMs: 55 };
  const told: object[] = [];
  const link: Link = {
    messages: incoming,
    send: ({ dst }) => (dst === 9 ? EMPTY : of(delivery)),
    listenAs: () => undefined,
    dutyCycle: () => ({ subBand: 'g3', limit: 0.1, usedMs: 55, leftMs: 9 }),
    close: () => undefined,
  };
  const watched = watchedLink({
    link,
    clock: { now: () => 100 },
    name: 'N1',
    tell: (seen) => told.push(seen),
  });
  const heard: number[] = [];
  watched.messages.subscribe(({ src }) => heard.push(src));
  const route = { net: 1, src: 2, dst: 1 };
  const [J1, J2] = [Uint8Array.of(1, 0), Uint8Array.of(2, 0)];
  const deliveries: unknown[] = [];
  watched.send({ ...route, payload: J1 }).subscribe((each) => deliveries.push(each));
  watched.send({ ...route, dst: 9, payload: J1 }).subscribe();
  incoming.next({ ...route, src: 1, dst: BROADCAST, payload: J2, rssiDbm: -80, snrDb: 9 });
  incoming.next({ ...route, src: 3, dst: 2, payload: Uint8Array.of(), rssiDbm: -80, snrDb: 9 });
  expect([heard, deliveries]).toEqual([[1, 3], [delivery]]);
  expect(told).toMatchObject([
    {
      id: 1,
      device: 'N1',
      to: 'CE',
      name: 'J1',
      atMs: 10,
      endMs: 90,
      bytes: 60,
      frames: 2,
      acks: 1,
    },
    { type: '@ties.duty', device: 'N1', usedMs: 55, leftMs: 9 },
    { id: 2, device: 'CE', to: 'all', name: 'J2', atMs: 100, bytes: 2, acks: 0 },
    { id: 3, device: 'address 3', to: 'N1', name: null },
  ]);
});
