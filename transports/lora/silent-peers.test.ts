import { expect, test } from 'vitest';
import { SilentPeers } from './silent-peers.ts';

test('who did not answer is silent until heard', () => {
  const peers = new SilentPeers(() => {});
  peers.gaveUp(7);
  expect([peers.has(7), peers.has(8)]).toEqual([true, false]);
  peers.heard(7);
  expect(peers.has(7)).toBe(false);
});

test('of very many the one that was silent first is forgotten', () => {
  const peers = new SilentPeers(() => {});
  for (let address = 0; address < 256; address += 1) peers.gaveUp(address);
  peers.gaveUp(0);
  peers.gaveUp(256);
  expect([0, 1, 2, 256].map((address) => peers.has(address))).toEqual([true, false, true, true]);
});

test('it tells when there is one more, or one less', () => {
  const told: number[][] = [];
  const peers = new SilentPeers(() => told.push([...peers.addresses]));
  peers.gaveUp(7);
  peers.heard(8);
  peers.heard(7);
  expect(told).toEqual([[7], []]);
});
