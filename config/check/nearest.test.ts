import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const KEYS = ['role', 'name', 'suite', 'radio', 'sensor', 'powerDbm', 'address', 'dio0', 'dio1'];

test.each([
  ['nmae', 'name'],
  ['Radio', 'radio'],
  ['power_dbm', 'powerDbm'],
  ['adress', 'address'],
  ['addres', 'address'],
  ['sensors', 'sensor'],
  ['suiet', 'suite'],
  ['DIO0', 'dio0'],
])('%s was probably meant as %s', (typed, meant) => {
  expect(nearest(typed, KEYS)).toBe(meant);
});

test.each(['colour', 'dio2', 'tpm', 'x', ''])('"%s" was meant as none of them', (typed) => {
  expect(nearest(typed, KEYS)).toBeNull();
});

test('the likest is taken, and digits in another order are a slip', () => {
  expect(nearest('sensr', ['sensors', 'sensor'])).toBe('sensor');
  expect(nearest('bme208', ['synthetic', 'bme280'])).toBe('bme280');
  expect(nearest('SX1276', ['socket', 'sx127x'])).toBe('sx127x');
});
