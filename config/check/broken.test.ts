import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { readRoleFile } from './file.ts';

const FIXTURES = fileURLToPath(new URL('fixtures/', import.meta.url));

type Expected = readonly [
  place: string,
  path: string,
  code: string,
  reason: RegExp,
  remedy: RegExp,
];

/** What is told of each file: all of it, in this order. */
const BROKEN: Readonly<Record<string, readonly Expected[]>> = {
  'byte-order-mark': [['1:1', '', 'byte-order-mark', /invisible/, /not as "UTF-8 with BOM"/]],
  comments: [
    ['1:1', '', 'comment', /comment/, /plain JSON/],
    ['3:19', '', 'comment', /comment/, /plain JSON/],
    ['7:23', '', 'trailing-comma', /before the closing ]/, /plain JSON/],
    ['7:25', '', 'trailing-comma', /before the closing }/, /plain JSON/],
    ['8:4', '', 'trailing-comma', /before the closing }/, /plain JSON/],
  ],
  conflicts: [
    ['4:3', 'tpm', 'conflict', /both socket and state/, /Give socket .* or state/],
    ['5:49', 'radio.powerDbm', 'conflict', /RFO gives at most 14 dBm/, /wire PA_BOOST/],
    ['5:49', 'radio.powerDbm', 'conflict', /"paper" allows 25 mW/, /another preset/],
    ['5:65', 'radio.pins.reset', 'conflict', /BCM17 is already that of dio0/, /of its own/],
    ['6:3', 'sensor', 'conflict', /Only a node has a sensor/, /Leave this out/],
    ['6:55', 'sensor.peers[1]', 'conflict', /"center" stands here twice/, /each peer once/],
  ],
  'cut-off': [['5:1', '', 'syntax', /ends before the }.*line 4/, /Close it/]],
  'duplicate-key': [['6:3', 'radio', 'duplicate-key', /second time.*line 4/, /Keep one/]],
  hexadecimal: [['4:46', '', 'syntax', /no hexadecimal/, /"0x76" in quotes/]],
  missing: [
    ['1:1', 'name', 'missing', /missing/, /1 to 32 characters/],
    ['3:3', 'radio.path', 'missing', /missing/, /begins with \//],
    ['3:34', 'radio.position.y', 'missing', /missing/, /Give a number\./],
    ['4:3', 'sensor.driver', 'missing', /missing/, /"bme280", "synthetic"/],
    ['4:15', 'sensor.intervalS', 'wrong-value', /^3 /, /from 10 to 86400; left out, it is 60/],
  ],
  'missing-comma': [['3:3', '', 'syntax', /comma or } is missing/, /before it/]],
  'out-of-range': [
    ['3:3', 'name', 'wrong-value', /"a name that is/, /1 to 32 characters/],
    ['4:14', 'radio.powerDbm', 'wrong-value', /^21 /, /from 2 to 20/],
    ['4:30', 'radio.speedHz', 'wrong-value', /^0\.5 /, /from 100000 to 10000000/],
    ['4:46', 'radio.spi', 'wrong-value', /"spidev0\.0"/, /such as "\/dev\/spidev0\.0"/],
    ['5:35', 'sensor.intervalS', 'wrong-value', /^5 /, /from 10 to 86400/],
    ['5:61', 'sensor.peers[0]', 'wrong-value', /^"N2"/, /id of a device.*ties nodes/],
    ['6:16', 'control.socket', 'wrong-value', /"control\.sock"/, /begins with \/.*at most 107/],
  ],
  'reserved-pins': [
    ['4:24', 'radio.pins.dio0', 'wrong-value', /BCM24 is the reset of the TPM/, /one of 4, 5/],
    ['4:36', 'radio.pins.dio1', 'wrong-value', /BCM2 is SDA/, /left out, it is 23/],
    ['4:47', 'radio.pins.reset', 'wrong-value', /BCM8 is CE0/, /null; left out, it is 17/],
  ],
  'unknown-driver': [
    ['2:3', 'role', 'wrong-value', /"nodes"/, /mean "node"\? .*"node", "center"/],
    ['4:12', 'tpm.driver', 'wrong-value', /"tpm2"/, /^Give one of "device", "swtpm", "model"/],
    ['4:30', 'tpm.device', 'wrong-value', /"dev\/tpm0"/, /begins with \//],
    ['5:14', 'radio.driver', 'wrong-value', /"SX1276"/, /mean "sx127x"\?/],
    ['5:34', 'radio.preset', 'wrong-value', /"loud"/, /"default", "paper", "range"/],
    ['5:52', 'radio.powerDbm', 'wrong-value', /^30 /, /from 2 to 20/],
    ['6:15', 'sensor.driver', 'wrong-value', /"dht22"/, /"bme280", "synthetic"/],
    ['6:34', 'sensor.intervalS', 'wrong-value', /^1 /, /from 10/],
  ],
  'unknown-key': [
    ['4:52', 'tpm.device', 'unknown-key', /no "device" in "tpm"/, /driver "device"/],
    ['5:14', 'radio.power_dbm', 'unknown-key', /"power_dbm"/, /mean "powerDbm"\?/],
    [
      '5:41',
      'radio.pins.dio2',
      'unknown-key',
      /"dio2" in "radio\.pins"/,
      /"dio0", "dio1", "reset"/,
    ],
    ['6:35', 'sensor.adress', 'unknown-key', /"adress"/, /mean "address"\?/],
    ['7:3', 'preset', 'unknown-key', /"preset" in a role/, /mean "radio\.preset"\?/],
    ['8:3', 'colour', 'unknown-key', /"colour"/, /^Leave it out; there are .*"sensor"/],
  ],
  'utf-16': [['1:1', '', 'encoding', /UTF-16/, /Save it as UTF-8/]],
  'wrong-type': [
    ['3:3', 'name', 'wrong-type', /a number, 7/, /Give a text/],
    ['4:35', 'sensor.address', 'wrong-type', /a number, 118/, /"0x76", "0x77"/],
    ['4:51', 'sensor.intervalS', 'wrong-type', /text, "60"/, /a whole number/],
    ['4:70', 'sensor.peers', 'wrong-type', /text, "center"/, /a list of 1 to 16/],
    ['5:3', 'store', 'wrong-type', /text, "\/var/, /an object with "directory"/],
    ['6:3', 'log', 'wrong-type', /null/, /an object with "level"/],
  ],
};

test('every broken file is here', () => {
  const files = readdirSync(FIXTURES).filter((file) => file.endsWith('.json'));
  const names = files.map((file) => file.replace('.json', ''));
  expect(names.sort()).toEqual(Object.keys(BROKEN).sort());
});

test.each(Object.entries(BROKEN))('%s.json', (name, expected) => {
  const file = readRoleFile(`${FIXTURES}${name}.json`);
  expect(file.kind).toBe('faulty');
  const faults = file.kind === 'faulty' ? file.faults : [];
  const told = faults.map(({ position, path, code }) => [
    ...[`${position?.line}:${position?.column}`, path, code],
  ]);
  expect(told).toEqual(expected.map(([place, path, code]) => [place, path, code]));
  for (const [index, [, , , reason, remedy]] of expected.entries()) {
    expect(faults[index]?.reason).toMatch(reason);
    expect(faults[index]?.remedy).toMatch(remedy);
    // zod's own words are no operator's.
    expect(`${faults[index]?.reason}`).not.toMatch(/invalid|expected|unrecognized|undefined/i);
  }
});
