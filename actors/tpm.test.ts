import { describe, expect, test } from 'vitest';
import { createActor } from 'xstate';
import type { Tpm, TpmOperationName } from '../drivers/tpm/interface.ts';
import { HeapClock } from '../simulations/heap-clock.ts';
import { Outlets } from './outlets.ts';
import { memoryStore } from './store.ts';
import { MAX_WAITING, PRIORITY, tpmMachine, WATCHDOG_MS } from './tpm.ts';

/** A TPM that answers when told, and notes what it was asked. */
const slowTpm = () => {
  const begun: TpmOperationName[] = [];
  const ends: { resolve: (output: unknown) => void; reject: (error: unknown) => void }[] = [];
  const tpm: Tpm = {
    perform: (name) => {
      begun.push(name);
      return new Promise((resolve, reject) => ends.push({ resolve: resolve as never, reject }));
    },
    handles: async () => ({ transient: 0, sessions: 0, persistent: 0 }),
    close: async () => undefined,
  };
  return { tpm, begun, ends };
};

const queue = () => {
  const clock = new HeapClock();
  const { tpm, begun, ends } = slowTpm();
  const actor = createActor(tpmMachine(tpm), { clock }).start();
  const outlets = new Outlets(() => actor, memoryStore());
  const told: string[] = [];
  const ask = (name: TpmOperationName, options?: Parameters<Outlets['perform']>[2]): void => {
    outlets.perform(name, {} as never, options).then(
      (output) => told.push(`${name} ${output}`),
      (error: { code: string }) => told.push(`${name} ${error.code}`),
    );
  };
  const answer = async (output: unknown): Promise<void> => {
    ends.shift()?.resolve(output);
    await clock.advance(0);
  };
  return { clock, begun, ends, told, ask, answer, actor };
};

describe('the queue before a TPM', () => {
  test('lets one operation in at a time, in the order they came', async () => {
    const { clock, begun, told, ask, answer } = queue();
    ask('boot');
    ask('sign');
    await clock.advance(0);
    expect(begun).toEqual(['boot']);
    await answer('first');
    expect([begun, told]).toEqual([['boot', 'sign'], ['boot first']]);
    await answer('second');
    expect(told).toEqual(['boot first', 'sign second']);
  });

  test('lets what is urgent go before what is only waiting, and equals in order', async () => {
    const { clock, begun, ask, answer } = queue();
    ask('boot');
    ask('sign', { priority: PRIORITY.background });
    ask('derive');
    ask('translate');
    ask('readAccessKey', { priority: PRIORITY.urgent });
    await clock.advance(0);
    for (let at = 0; at < 4; at += 1) await answer(null);
    expect(begun).toEqual(['boot', 'readAccessKey', 'derive', 'translate', 'sign']);
  });

  test('holds so many and answers the next TPM_BUSY at once', async () => {
    const { clock, begun, told, ask, answer, actor } = queue();
    for (let at = 0; at < 1 + MAX_WAITING; at += 1) ask('derive');
    ask('sign', { priority: PRIORITY.urgent });
    await clock.advance(0);
    expect(told).toEqual(['sign TPM_BUSY']);
    expect(actor.getSnapshot().context.waiting).toHaveLength(MAX_WAITING);
    await answer(1);
    ask('sign');
    for (let at = 0; at < MAX_WAITING + 1; at += 1) await answer(at);
    expect(begun).toHaveLength(MAX_WAITING + 2);
    expect(told.at(-1)).toBe('sign 32');
  });

  test('lets go of what is cancelled while it waits, and never begins it', async () => {
    const { clock, begun, told, ask, answer } = queue();
    const controller = new AbortController();
    ask('boot');
    ask('sign', { signal: controller.signal });
    ask('derive');
    controller.abort();
    await clock.advance(0);
    expect(told).toEqual(['sign CANCELLED']);
    await answer('first');
    await answer('second');
    expect([begun, told.slice(1)]).toEqual([
      ['boot', 'derive'],
      ['boot first', 'derive second'],
    ]);
  });

  test('frees the caller of a running operation, drops its result, and only then goes on', async () => {
    const { clock, begun, told, ask, answer } = queue();
    const controller = new AbortController();
    ask('sign', { signal: controller.signal });
    ask('derive');
    controller.abort();
    await clock.advance(0);
    expect([begun, told]).toEqual([['sign'], ['sign CANCELLED']]);
    await answer('late');
    expect([begun, told]).toEqual([['sign', 'derive'], ['sign CANCELLED']]);
  });

  test('never begins what was aborted before it was asked', async () => {
    const { clock, begun, told, ask } = queue();
    ask('sign', { signal: AbortSignal.abort() });
    await clock.advance(0);
    expect([begun, told]).toEqual([[], ['sign CANCELLED']]);
  });

  test('hands a failure to its caller and goes on', async () => {
    const { clock, ends, begun, told, ask } = queue();
    ask('boot');
    ask('sign');
    await clock.advance(0);
    ends.shift()?.reject({ code: 'TPM_REFUSED' });
    await clock.advance(0);
    expect([begun, told]).toEqual([['boot', 'sign'], ['boot TPM_REFUSED']]);
  });

  test('counts as stalled past the watchdog, and serves again once the TPM answers', async () => {
    const { clock, begun, told, ask, answer } = queue();
    ask('boot');
    ask('sign');
    await clock.advance(WATCHDOG_MS - 1);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual(['boot TPM_UNAVAILABLE', 'sign TPM_UNAVAILABLE']);
    ask('derive');
    await clock.advance(0);
    expect(told.at(-1)).toBe('derive TPM_UNAVAILABLE');
    await answer('after all');
    ask('translate');
    await clock.advance(0);
    await answer('served');
    expect([begun, told.slice(3)]).toEqual([['boot', 'translate'], ['translate served']]);
  });
});
