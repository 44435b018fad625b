import { describe, expect, test } from 'vitest';
import { assign, createActor, sendTo, setup } from 'xstate';
import { sha256 } from '../protocol/bytes.ts';
import { seal } from '../protocol/envelope.ts';
import { namedBy } from '../protocol/identity.ts';
import { Secret } from '../protocol/secret.ts';
import { ReplayWindow } from '../protocol/window.ts';
import { HeapClock } from '../simulations/heap-clock.ts';
import type { IncomingMessage } from '../transports/lora/interface.ts';
import { Answers } from './answers.ts';
import {
  type Candidate,
  MAX_WAITING,
  type MessageRefused,
  type Opened,
  type Opener,
  routerLogic,
} from './router.ts';

const KEY = new Secret(new Uint8Array(32).fill(1));
const OTHER_KEY = new Secret(new Uint8Array(32).fill(2));
const ANSWER = { net: 7, src: 1, dst: 2, payload: Uint8Array.of(9) };

const heard = (payload: Uint8Array, src = 2): IncomingMessage => ({
  ...{ net: 7, src, dst: 1, payload },
  ...{ rssiDbm: -60, snrDb: 9 },
});
const query = (counter: number, { key = KEY, src = 2, peer = 3 } = {}): IncomingMessage => {
  const place = { src, dst: 1, epoch: 4, counter };
  const content = { name: 'peer.query', kid: 0, clear: {}, body: { peer: namedBy(peer) } } as const;
  return heard(seal<'peer.query'>({ ...place, ...content }, key), src);
};

/** A router under a root that notes what it is told. */
const routing = (opener: Opener) => {
  const clock = new HeapClock();
  const answers = new Answers(clock);
  const asked: number[] = [];
  const resent: unknown[] = [];
  const input = {
    openers: {
      'peer.query': ((packet, message) => {
        asked.push(message.src);
        return opener(packet, message);
      }) as Opener,
    },
    answers,
    resend: (answer: unknown) => void resent.push(answer),
  };
  const machine = setup({
    types: {} as {
      context: { told: string[] };
      events: Opened | MessageRefused | { type: 'heard'; message: IncomingMessage };
    },
    actors: { router: routerLogic },
  }).createMachine({
    context: { told: [] },
    invoke: { id: 'router', src: 'router', input },
    on: {
      heard: {
        actions: sendTo(
          'router',
          ({ event }) => ({ type: 'radio.heard', message: event.message }) as const,
        ),
      },
      '*': {
        actions: assign({
          told: ({ context, event }) => [...context.told, line(event as Opened | MessageRefused)],
        }),
      },
    },
  });
  const root = createActor(machine, { clock }).start();
  const hear = async (...messages: readonly IncomingMessage[]): Promise<string[]> => {
    const before = root.getSnapshot().context.told.length;
    for (const message of messages) root.send({ type: 'heard', message });
    await clock.advance(0);
    return root.getSnapshot().context.told.slice(before);
  };
  return { clock, answers, asked, resent, hear };
};

const line = (event: Opened | MessageRefused): string =>
  event.type === 'message.refused'
    ? `${event.name} from ${event.from}: ${event.reason}`
    : `${event.name} from ${event.event.from} about ${(event.event.body.peer as Uint8Array).at(-1)}`;

const candidate = (changes: Partial<Candidate> = {}): Candidate => ({
  secret: KEY,
  place: { src: 2, dst: 1, epoch: 4 },
  ...changes,
});

describe('a message', () => {
  test('that is genuine is opened, once for each counter', async () => {
    const window = new ReplayWindow();
    const { hear } = routing(() => [candidate({ window })]);
    expect(await hear(query(1), query(3), query(2))).toEqual(
      Array(3).fill('peer.query from 2 about 3'),
    );
    expect(await hear(query(3, { peer: 9 }))).toEqual(['peer.query from 2: replay']);
  });

  test.each([
    ['nothing', new Uint8Array(0), 'null from 2: length'],
    ['another version', Uint8Array.of(0x80), 'null from 2: version'],
    ['no known type', Uint8Array.of(0x3f), 'null from 2: type'],
    ['too short', Uint8Array.of(8, 0, 0), 'null from 2: length'],
    ['not for this role', new Uint8Array(40).fill(26, 0, 1), 'revoke from 2: not-for-this-role'],
  ])('that is %s asks nobody for a key', async (_, payload, refusal) => {
    const { hear, asked } = routing(() => [candidate()]);
    expect(await hear(heard(payload))).toEqual([refusal]);
    expect(asked).toEqual([]);
  });

  test('of a source that its opener does not know has its reason', async () => {
    const { hear } = routing(() => 'unknown-source');
    expect(await hear(query(1))).toEqual(['peer.query from 2: unknown-source']);
    const { hear: hearNone } = routing(() => []);
    expect(await hearNone(query(1))).toEqual(['peer.query from 2: unknown-source']);
  });

  test('outside of the window is not even tried', async () => {
    const window = new ReplayWindow();
    const failed: string[] = [];
    window.mark(100);
    const { hear } = routing(() => [candidate({ window, failed: () => failed.push('tag') })]);
    expect(await hear(query(36, { key: OTHER_KEY }))).toEqual(['peer.query from 2: replay']);
    expect(failed).toEqual([]);
  });

  test('with another tag is counted and marks nothing', async () => {
    const window = new ReplayWindow();
    const failed: string[] = [];
    const { hear } = routing(() => [candidate({ window, failed: () => failed.push('tag') })]);
    expect(await hear(query(5, { key: OTHER_KEY }), query(5))).toEqual([
      'peer.query from 2: tag',
      'peer.query from 2 about 3',
    ]);
    expect(failed).toEqual(['tag']);
  });

  test('that opens under the second of two keys is that one', async () => {
    const { hear } = routing(() => [candidate({ secret: OTHER_KEY }), candidate()]);
    expect(await hear(query(1))).toEqual(['peer.query from 2 about 3']);
  });

  test('for whose key the TPM fails is refused, and the next is taken', async () => {
    let failures = 1;
    const { hear } = routing(async () => {
      failures -= 1;
      if (failures >= 0) throw new Error('TPM');
      return [candidate()];
    });
    expect(await hear(query(1), query(2))).toEqual([
      'null from 2: no-key',
      'peer.query from 2 about 3',
    ]);
  });
});

describe('a repeat', () => {
  test('gets its answer again, and no key is asked for', async () => {
    const { hear, answers, asked, resent, clock } = routing(() => [candidate()]);
    const message = query(1);
    await hear(message);
    expect(await hear(message)).toEqual(['peer.query from 2: repeated']);
    expect(resent).toEqual([]);
    const request = {
      from: 2,
      name: 'peer.query',
      counter: 1,
      digest: sha256(message.payload),
    } as const;
    answers.answer(request, ANSWER);
    await clock.advance(1_000);
    expect(await hear(message, message)).toEqual(Array(2).fill('peer.query from 2: repeated'));
    expect([resent, asked]).toEqual([[ANSWER], [2]]);
  });
});

describe('messages that come while a key is waited for', () => {
  test('are taken in their order, of each source by itself', async () => {
    const waiting: (() => void)[] = [];
    const { hear } = routing((_, { src }) =>
      src === 2
        ? new Promise((resolve) => waiting.push(() => resolve([candidate()])))
        : [candidate({ place: { src, dst: 1, epoch: 4 } })],
    );
    const first = await hear(
      query(1, { peer: 11 }),
      query(2, { peer: 12 }),
      query(1, { src: 4, peer: 13 }),
    );
    expect(first).toEqual(['peer.query from 4 about 13']);
    expect(waiting).toHaveLength(1);
    waiting.shift()?.();
    expect(await hear()).toEqual(['peer.query from 2 about 11']);
    waiting.shift()?.();
    expect(await hear()).toEqual(['peer.query from 2 about 12']);
  });

  test('are sixteen of a source at most, and of others as many', async () => {
    let isThere = (): void => undefined;
    const key = new Promise<void>((resolve) => {
      isThere = resolve;
    });
    const { hear } = routing((_, { src }) =>
      key.then(() => [candidate({ place: { src, dst: 1, epoch: 4 } })]),
    );
    const flood = Array.from({ length: 40 }, (_, at) => query(1 + at));
    const refused = Array(40 - MAX_WAITING).fill('null from 2: rate');
    expect(await hear(...flood, query(1, { src: 4 }))).toEqual(refused);
    isThere();
    const taken = await hear();
    expect(taken.filter((line) => line === 'peer.query from 2 about 3')).toHaveLength(MAX_WAITING);
    expect(taken).toContain('peer.query from 4 about 3');
    expect(await hear(query(41))).toEqual(['peer.query from 2 about 3']);
  });
});
