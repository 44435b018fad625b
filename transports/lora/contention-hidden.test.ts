import { expect, test } from 'vitest';
import { HiddenNodes } from './contention-hidden.ts';

const acknowledged = (nodes: HiddenNodes, src: number, times: number, nowMs = 0): void => {
  for (let count = 0; count < times; count += 1) nodes.acknowledged(src, nowMs);
};

/** Silences in a row, then how many slots are held back. */
const heldAfter = (nodes: HiddenNodes, silences: number, nowMs = 0): number => {
  for (let count = 0; count < silences; count += 1) nodes.silence(nowMs);
  return nodes.holdSlots(nowMs);
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

test('who is acknowledged but not heard is hidden, and each silence doubles what is held back', () => {
  const nodes = new HiddenNodes();
  acknowledged(nodes, 7, 5);
  expect([1, 1, 1].map((more) => heldAfter(nodes, more))).toEqual([8, 16, 32]);
  expect(heldAfter(nodes, 20)).toBe(1024);
});

test('it is given up slowly, or who is lucky takes the channel for good', () => {
  const nodes = new HiddenNodes();
  acknowledged(nodes, 7, 5);
  heldAfter(nodes, 7);
  for (let count = 0; count < 5; count += 1) nodes.delivered();
  expect(nodes.holdSlots(0)).toBeGreaterThan(250);
  for (let count = 0; count < 50; count += 1) nodes.delivered();
  expect(nodes.holdSlots(0)).toBe(0);
});

test('a minute after the last sign of it it is forgotten', () => {
  const nodes = new HiddenNodes();
  acknowledged(nodes, 7, 5);
  acknowledged(nodes, 7, 1, 1000);
  expect(heldAfter(nodes, 3, 60_999)).toBe(32);
  expect(nodes.holdSlots(61_000)).toBe(0);
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
