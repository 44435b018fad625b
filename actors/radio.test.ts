import { NEVER, Observable } from 'rxjs';
import { expect, test } from 'vitest';
import { createActor } from 'xstate';
import { settled } from '../simulations/heap-clock.ts';
import { Outlets } from './outlets.ts';
import { radioLogic } from './radio.ts';

test('whoever withdraws a message takes it out of the link, and so does a device that stops', async () => {
  const log: string[] = [];
  const radio = createActor(
    radioLogic({
      messages: NEVER,
      send: ({ dst }) =>
        new Observable(() => {
          log.push(`${dst} begun`);
          return () => void log.push(`${dst} withdrawn`);
        }),
      listenAs: () => undefined,
      dutyCycle: () => null,
      close: () => undefined,
    }),
  ).start();
  const outlets = new Outlets(() => radio, { flush: async () => undefined });
  const send = (dst: number, signal?: AbortSignal): Promise<unknown> =>
    outlets
      .send({ net: 1, src: 1, dst, payload: new Uint8Array(1) }, signal)
      .catch(({ code }) => code);
  const controller = new AbortController();
  const first = send(2, controller.signal);
  void send(3);
  await settled();
  controller.abort();
  expect(await first).toBe('CANCELLED');
  expect(log).toEqual(['2 begun', '3 begun', '2 withdrawn']);
  radio.stop();
  expect(log.at(-1)).toBe('3 withdrawn');
  expect(await send(4, AbortSignal.abort())).toBe('CANCELLED');
  expect(log).toHaveLength(4);
});
