import { expect, test } from 'vitest';
import { checkRole } from './role-text.ts';

/** Path and code of each fault of a node that is right but for this. */
const faults = (wrong: string) => {
  const checked = checkRole(`{ "role": "node", "name": "N1", ${wrong} }`);
  return checked.kind === 'valid' ? [] : checked.faults.map(({ path, code }) => `${path} ${code}`);
};

test('fields of an unknown driver are judged as those of the one that was meant', () => {
  expect(faults('"radio": { "driver": "sockets", "powerDbm": 30 }')).toEqual([
    ...['radio.path missing', 'radio.driver wrong-value', 'radio.powerDbm wrong-value'],
  ]);
});

test('where nobody can tell which was meant, of the one that has most of the fields', () => {
  expect(faults('"tpm": { "driver": "tpm", "state": "tpm", "ffi": "koffi" }')).toEqual([
    ...['tpm.driver wrong-value', 'tpm.state wrong-value'],
  ]);
});

test.each([
  '"tpm": null',
  '"tpm": []',
  '"sensor": "bme280"',
  '"radio": { "driver": null }',
  '"radio": { "pins": [] }',
  '"__proto__": {}',
  '"constructor": 1',
  '"sensor": { "driver": "__proto__" }',
  '"radio": { "powerDbm": 1e999 }',
])('%s is one fault', (wrong) => {
  expect(faults(wrong)).toHaveLength(1);
});
