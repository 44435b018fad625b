import { describe, expect, test } from 'vitest';
import { sha256 } from '../protocol/bytes.ts';
import { HeapClock } from '../simulations/heap-clock.ts';
import { Answers } from './answers.ts';

const K1 = Uint8Array.of(10, 1, 2, 3);
const OTHER = Uint8Array.of(10, 9, 9, 9);
const ANSWER = { net: 1, src: 1, dst: 2, payload: Uint8Array.of(16) };
const request = (payload = K1, from = 2) =>
  ({ from, name: 'K1', counter: 7, digest: sha256(payload) }) as const;

describe('a request that comes again', () => {
  test('gets nothing while it is in work, then the same answer', async () => {
    const clock = new HeapClock();
    const answers = new Answers(clock);
    expect(answers.repeat(2, 'K1', K1)).toBeNull();
    answers.begin(request());
    expect(answers.repeat(2, 'K1', K1)).toBe('ignore');
    answers.answer(request(), ANSWER);
    await clock.advance(1_000);
    expect(answers.repeat(2, 'K1', K1)).toBe(ANSWER);
  });

  test('is answered at most once a second', async () => {
    const clock = new HeapClock();
    const answers = new Answers(clock);
    answers.begin(request());
    answers.answer(request(), ANSWER);
    expect(answers.repeat(2, 'K1', K1)).toBe('ignore');
    await clock.advance(1_000);
    expect(answers.repeat(2, 'K1', K1)).toBe(ANSWER);
    await clock.advance(999);
    expect(answers.repeat(2, 'K1', K1)).toBe('ignore');
    await clock.advance(1);
    expect(answers.repeat(2, 'K1', K1)).toBe(ANSWER);
  });

  test.each([
    ['another message', 2, 'K1', OTHER],
    ['another source', 3, 'K1', K1],
    ['another kind', 2, 'peer.query', K1],
  ] as const)('is none: %s', (_, from, name, payload) => {
    const answers = new Answers(new HeapClock());
    answers.begin(request());
    expect(answers.repeat(from, name, payload)).toBeNull();
  });

  test('of which nothing came is new again', () => {
    const answers = new Answers(new HeapClock());
    answers.begin(request());
    answers.forget(request());
    expect(answers.repeat(2, 'K1', K1)).toBeNull();
  });
});

describe('a request that had nowhere to go', () => {
  test('leaves the one before as it was: answered, and not taken for new', async () => {
    const clock = new HeapClock();
    const answers = new Answers(clock);
    answers.begin(request());
    answers.answer(request(), ANSWER);
    await clock.advance(1_000);
    answers.begin(request(OTHER));
    answers.dismiss(request(OTHER));
    expect(answers.repeat(2, 'K1', OTHER)).toBeNull();
    expect(answers.repeat(2, 'K1', K1)).toBe(ANSWER);
  });

  test('leaves the one before in work, and its answer is kept', async () => {
    const clock = new HeapClock();
    const answers = new Answers(clock);
    answers.begin(request());
    answers.begin(request(OTHER));
    answers.answer(request(), ANSWER);
    answers.dismiss(request(OTHER));
    expect(answers.repeat(2, 'K1', K1)).toBe('ignore');
    await clock.advance(1_000);
    expect(answers.repeat(2, 'K1', K1)).toBe(ANSWER);
  });

  test('brings back the one before, and none before that: no more than two are kept', () => {
    const answers = new Answers(new HeapClock());
    const last = Uint8Array.of(10, 7, 7, 7);
    for (const payload of [K1, OTHER, last]) answers.begin(request(payload));
    answers.dismiss(request(last));
    expect(answers.repeat(2, 'K1', OTHER)).toBe('ignore');
    answers.dismiss(request(OTHER));
    expect(answers.repeat(2, 'K1', K1)).toBeNull();
  });

  test('brings nothing back that came to nothing meanwhile', () => {
    const answers = new Answers(new HeapClock());
    answers.begin(request());
    answers.begin(request(OTHER));
    answers.forget(request());
    answers.dismiss(request(OTHER));
    expect(answers.repeat(2, 'K1', K1)).toBeNull();
  });
});

describe('the answer to a request that another has replaced', () => {
  test.each(['answer', 'forget'] as const)('is not its: %s', (method) => {
    const answers = new Answers(new HeapClock());
    answers.begin(request());
    answers.begin(request(OTHER));
    answers[method](request(), ANSWER);
    expect(answers.repeat(2, 'K1', OTHER)).toBe('ignore');
    expect(answers.repeat(2, 'K1', K1)).toBeNull();
  });
});
