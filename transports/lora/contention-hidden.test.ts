import { expect, test } from 'vitest';
import { HiddenNodes } from './contention-hidden.ts';

const acknowledged = (nodes: HiddenNodes, src: number, times: number, nowMs = 0): void => {
  for (let count = 0; count < times; count += 1) nodes.acknowledged(src, nowMs);
};

const most = (bound: number): number => bound - 1;

/** Silences in a row with much said, then for how many slots it holds back at most. */
const heldAfter = (nodes: HiddenNodes, silences: number, nowMs = 0): number => {
  for (let count = 0; count < silences; count += 1) nodes.silence(nowMs);
  nodes.said(1000, nowMs);
  nodes.said(1000, nowMs);
  return nodes.hold(most);
};

test('where everybody is heard now and then a silence is a loss, and nothing is held back', () => {
  const nodes = new HiddenNodes();
  expect(heldAfter(nodes, 10)).toBe(0);
  for (let count = 0; count < 10; count += 1) {
    acknowledged(nodes, 7, 4);
    nodes.heard(7);
  }
  expect(heldAfter(nodes, 10)).toBe(0);
});

test('who is acknowledged but not heard is hidden, and more is held back with each silence', () => {
  const nodes = new HiddenNodes();
  acknowledged(nodes, 7, 5);
  expect([1, 1, 1].map((more) => heldAfter(nodes, more))).toEqual([8, 12, 18]);
  expect(heldAfter(nodes, 20)).toBe(1024);
});

test('where less than a third of all bursts stay unanswered it stays little', () => {
  const nodes = new HiddenNodes();
  acknowledged(nodes, 7, 5);
  for (let count = 0; count < 100; count += 1) {
    nodes.silence(0);
    for (let answers = 0; answers < 2; answers += 1) nodes.delivered();
    expect(heldAfter(nodes, 0)).toBeLessThan(8);
  }
});

test.each([
  [1, 3],
  [3, 9],
  [4, 12],
  [200, 12],
])('with %i hidden it is %i times what was said, on average', (count, times) => {
  const nodes = new HiddenNodes();
  for (let src = 0; src < count; src += 1) acknowledged(nodes, src, 5);
  for (let silences = 0; silences < 30; silences += 1) nodes.silence(0);
  for (const draw of [most, (bound: number) => (bound - 1) / 2]) {
    let held = 0;
    for (let bursts = 0; bursts < 1000; bursts += 1) {
      nodes.said(10, 0);
      held += nodes.hold(draw);
    }
    expect(held / 10_000).toBeCloseTo(times, 1);
  }
});

test('a minute after the last sign of a sender, or when it is heard, it is forgotten', () => {
  const nodes = new HiddenNodes();
  acknowledged(nodes, 7, 5);
  acknowledged(nodes, 7, 1, 1000);
  expect(heldAfter(nodes, 3, 60_999)).toBe(18);
  expect(heldAfter(nodes, 0, 61_000)).toBe(0);
  acknowledged(nodes, 7, 1, 61_000);
  expect(heldAfter(nodes, 0, 61_000)).toBe(18);
  nodes.heard(7);
  acknowledged(nodes, 7, 4, 61_000);
  expect(heldAfter(nodes, 1, 61_000)).toBe(0);
});

test('of very many senders the one acknowledged longest ago is forgotten', () => {
  const nodes = new HiddenNodes();
  for (let src = 0; src < 256; src += 1) acknowledged(nodes, src, 4);
  acknowledged(nodes, 256, 1);
  acknowledged(nodes, 0, 1);
  expect(heldAfter(nodes, 1)).toBe(0);
  acknowledged(nodes, 2, 1);
  expect(heldAfter(nodes, 1)).toBe(8);
});
