import { expect, test } from 'vitest';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { Inquiries, type Who } from './inquiries.ts';

const asking = () => {
  const clock = new HeapClock();
  const begun: Who[] = [];
  return { clock, begun, inquiries: new Inquiries(clock, (who) => begun.push(who)) };
};

test('one question serves all who wait for it, and a later one is asked anew', async () => {
  const { begun, inquiries } = asking();
  const both = [inquiries.ask(3), inquiries.ask(3)];
  expect(begun).toEqual([3]);
  inquiries.ended(3, null);
  expect(await Promise.all(both)).toEqual([null, null]);
  void inquiries.ask(3);
  expect(begun).toEqual([3, 3]);
});

test.each(['unknown', 'revoked'])('%s is the answer for ten minutes', async (reason) => {
  const { clock, begun, inquiries } = asking();
  const asked = inquiries.ask('00112233445566aa');
  inquiries.ended('00112233445566aa', reason);
  expect(await asked).toBe(reason);
  await clock.advance(599_000);
  expect(await inquiries.ask('00112233445566aa')).toBe(reason);
  expect(begun).toHaveLength(1);
  await clock.advance(1_000);
  void inquiries.ask('00112233445566aa');
  expect(begun).toHaveLength(2);
});

test('that nobody answered is no answer', async () => {
  const { begun, inquiries } = asking();
  void inquiries.ask(3);
  inquiries.ended(3, 'unanswered');
  void inquiries.ask(3);
  expect(begun).toHaveLength(2);
});

test('what was denied is forgotten where there is too much of it', async () => {
  const { begun, inquiries } = asking();
  for (let who = 2; who < 302; who += 1) {
    void inquiries.ask(who);
    inquiries.ended(who, 'unknown');
  }
  void inquiries.ask(2);
  void inquiries.ask(301);
  expect(begun).toHaveLength(301);
});
