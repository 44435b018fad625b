import { expect, test } from 'vitest';
import {
  afterAck,
  afterSilence,
  begin,
  isDelivered,
  isHopeless,
  MAX_ROUNDS,
  MAX_SILENCES,
  type Progress,
} from './rounds.ts';

test('an acknowledgement leaves what it lacks, and ends the silence', () => {
  const quiet = afterSilence(afterSilence(begin(3)));
  expect(quiet).toEqual({ last: 3, missing: [0, 1, 2, 3], silences: 2, rounds: 3 });
  expect(afterAck(quiet, 0b1101)).toEqual({ last: 3, missing: [1], silences: 0, rounds: 4 });
  expect(isDelivered(afterAck(quiet, 0b1111))).toBe(true);
  expect(isDelivered(quiet)).toBe(false);
});

test('a receiver that lost what it had gets everything again', () => {
  expect(afterAck(afterAck(begin(1), 0b01), 0).missing).toEqual([0, 1]);
});

test('it is hopeless after too many silences in a row, or rounds in all', () => {
  const times = (count: number, step: (p: Progress) => Progress): Progress =>
    Array.from({ length: count }).reduce<Progress>((progress) => step(progress), begin(0));
  expect(isHopeless(times(MAX_SILENCES - 1, afterSilence))).toBe(false);
  expect(isHopeless(times(MAX_SILENCES, afterSilence))).toBe(true);
  expect(isHopeless(times(MAX_ROUNDS - 1, (p) => afterAck(p, 0)))).toBe(false);
  expect(isHopeless(times(MAX_ROUNDS, (p) => afterAck(p, 0)))).toBe(true);
});

/**
 * Probability that a message of one frame is given up where each frame is lost with `loss`: the
 * mass of every state, round by round. `asks`: after a silence it is asked for, not repeated.
 */
const probabilityGivenUp = (loss: number, asks: boolean): number => {
  let states = [{ progress: begin(0), isThere: false, mass: 1 }];
  let givenUp = 0;
  while (states.length > 0) {
    const next = new Map<string, (typeof states)[number]>();
    const add = (progress: Progress, isThere: boolean, mass: number): void => {
      if (isHopeless(progress)) {
        givenUp += mass;
        return;
      }
      const key = JSON.stringify([progress, isThere]);
      next.set(key, { progress, isThere, mass: mass + (next.get(key)?.mass ?? 0) });
    };
    for (const { progress, isThere, mass } of states) {
      const question = asks && progress.silences > 0;
      const heard = mass * (1 - loss);
      const thereNow = isThere || !question;
      add(afterSilence(progress), isThere, mass * loss);
      add(afterSilence(progress), thereNow, heard * loss);
      if (!thereNow) add(afterAck(progress, 0), false, heard * (1 - loss));
    }
    states = [...next.values()];
  }
  return givenUp;
};

test('with half of all frames lost, fewer than one message in a million is', () => {
  expect(probabilityGivenUp(0.5, true)).toBeLessThan(1e-6);
  expect(probabilityGivenUp(0.5, false)).toBeLessThan(1e-6);
});

test('a peer that is gone is given up', () => {
  expect(probabilityGivenUp(1, true)).toBe(1);
});
