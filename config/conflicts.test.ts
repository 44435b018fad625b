import { expect, test } from 'vitest';
import { conflicts } from './conflicts.ts';
import type { Role } from './role.ts';
import { roleSchema } from './role.ts';

const node = { role: 'node', name: 'N1' };
const center = { role: 'center', name: 'CE' };
const bme280 = (peers: readonly unknown[]) => ({ driver: 'bme280', peers });
const swtpm = (place: object) => ({ driver: 'swtpm', ...place });
const radio = (of: object) => ({ driver: 'sx127x', ...of });
const PEER = '0123456789abcdef';
const [state, socket] = ['/tmp/tpm', '/tmp/tpm.sock'];

/** A contradiction, where it is told, and the same role without it. */
test.each([
  ['tpm.translate', { ...node, tpm: { translate: 'rewrap' } }, center],
  ['trace', { role: 'sniffer', name: 'S' }, { trace: {} }],
  ['sensor', { role: 'sniffer', name: 'S', trace: {}, sensor: { driver: 'bme280' } }, node],
  ['sensor', { ...center, sensor: { driver: 'bme280' } }, node],
  [
    'sensor.peers.2',
    { ...node, sensor: bme280([PEER, 'center', PEER]) },
    { sensor: bme280([PEER, 'center']) },
  ],
  [
    'radio.pins.reset',
    { ...node, radio: { pins: { dio0: 17 } } },
    { radio: { pins: { dio0: 17, reset: 4 } } },
  ],
  [
    'radio.powerDbm',
    { ...node, radio: { paPin: 'RFO', powerDbm: 15 } },
    { radio: { paPin: 'RFO', powerDbm: 14 } },
  ],
  [
    'radio.powerDbm',
    { ...node, radio: { preset: 'paper', powerDbm: 15 } },
    { radio: { preset: 'range', powerDbm: 15 } },
  ],
  ['tpm', { ...node, tpm: swtpm({}) }, { tpm: swtpm({ state }) }],
  ['tpm', { ...node, tpm: swtpm({ state, socket }) }, { tpm: swtpm({ socket }) }],
])('%s may contradict what stands elsewhere', (path, wrong, instead) => {
  const { error } = roleSchema.safeParse(wrong);
  expect(error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  expect(roleSchema.safeParse({ ...wrong, ...instead }).error).toBeUndefined();
});

test('contradictions are told beside other faults', () => {
  const { error } = roleSchema.safeParse({
    ...{ ...center, sensor: { driver: 'bme280', bus: 1.5 }, colour: 'red', suite: 7 },
  });
  expect(error?.issues.map((issue) => issue.path.join('.') || issue.code)).toEqual([
    ...['suite', 'sensor.bus', 'unrecognized_keys', 'sensor'],
  ]);
});

/** What JSON may hold where a role, or a part of one, is expected. */
test.each([null, 7, 'role', true, [], {}])('%o in any place has none, and does no harm', (any) => {
  const parts = { role: any, name: any, tpm: any, radio: any, sensor: any };
  const within = { tpm: { driver: 'swtpm', state: any }, radio: radio({ pins: any }) };
  const sensor = { driver: 'bme280', peers: any };
  for (const role of [any, parts, { ...within, sensor }, { sensor: bme280([any]) }])
    expect(conflicts(role as unknown as Role)).toEqual([]);
});
