import { expect, test } from 'vitest';
import { countDown } from './countdown.ts';

/** A center whose window closes when `closesS` have passed; each device is on its list from then. */
const watched = async (closesS: number, devices: readonly { fromS: number; state: string }[]) => {
  let nowS = 0;
  let asked = 0;
  const told: string[] = [];
  const listed = () =>
    devices
      .map((device, at) => ({ ...device, address: at + 2, devId: `${at}`.repeat(16) }))
      .filter(({ fromS }) => fromS <= nowS);
  const center = {
    status: async () => ({ windowS: closesS - nowS, rosterVersion: listed().length }),
    nodes: async () => {
      asked += 1;
      return {
        nodes: listed().map((each) => (each.address === 3 ? { ...each, name: 'Roof' } : each)),
      };
    },
  };
  const joined = await countDown(center, {
    state: (text) => told.push(text),
    line: (text) => told.push(text),
    aSecond: async () => {
      nowS += 1;
    },
  });
  return { told, asked, joined: joined.map(({ address }) => address) };
};

test('who joins while the window is open is told, once, and how long it is open', async () => {
  const active = 'active p256';
  const devices = [
    { fromS: 0, state: active },
    { fromS: 2, state: active },
    { fromS: 3, state: 'admitted' },
    { fromS: 4, state: active },
  ];
  const { told, asked, joined } = await watched(4, devices);
  expect(told).toEqual([
    'Open for 0:04, 0 joined',
    'Open for 0:03, 0 joined',
    'Device Roof has joined, as 3.',
    'Open for 0:02, 1 joined',
    'Open for 0:01, 1 joined',
    'Device 3333333333333333 has joined, as 5.',
  ]);
  expect(joined).toEqual([3, 5]);
  // A long list is asked for where it has changed, not every second.
  expect(asked).toBe(5);
});

test('hours have minutes and seconds', async () => {
  const { told } = await watched(3661, []);
  expect(told[0]).toBe('Open for 1:01:01, 0 joined');
  expect(told.at(-1)).toBe('Open for 0:01, 0 joined');
});
