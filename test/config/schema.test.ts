import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkRole } from '../../config/check/role-text.ts';
import { type Role, roleSchema } from '../../config/role.ts';
import { ffiByName } from '../../drivers/ffi/by-name.ts';
import { presets } from '../../protocol/lora/presets.ts';
import { withFieldTable } from './field-table.ts';
import { EXAMPLES, README, SCHEMA, schemaText } from './files.ts';

const text = (file: URL): string => readFileSync(file, 'utf8');
const examples = readdirSync(EXAMPLES).filter((file) => file.endsWith('.json'));
/** The published schema as something that judges, by way of zod. */
const published = z.fromJSONSchema(JSON.parse(text(SCHEMA)));

test('the published schema is that of today; else run npm run schema', () => {
  expect(text(SCHEMA)).toBe(schemaText());
});

test('config/README.md shows the fields of today; else run npm run schema', () => {
  expect(withFieldTable(text(README))).toBe(text(README));
});

test('a document without a place for the table is told so', () => {
  expect(() => withFieldTable('# Nothing here')).toThrow(/no place/);
});

test('the schema is published, where the examples look for it, and so are they', () => {
  const { files } = JSON.parse(text(new URL('../../package.json', import.meta.url)));
  expect(files).toEqual(expect.arrayContaining(['config/role.schema.json', 'config/examples']));
});

test.each(examples)('%s is a role, and the published schema says so too', (file) => {
  const example = new URL(file, EXAMPLES);
  expect(checkRole(text(example))).toMatchObject({ kind: 'valid' });
  const json = JSON.parse(text(example));
  expect(published.safeParse(json).error).toBeUndefined();
  expect(new URL(json.$schema, example).href).toBe(SCHEMA.href);
});

test.each([
  { colour: 'red' },
  { name: 7 },
  { role: 'nodes' },
  { radio: { pins: { dio0: 24 } } },
  { radio: { powerDbm: 21 } },
  { radio: { powerDbm: 2.5 } },
  { tpm: { driver: 'model', device: '/dev/tpmrm0' } },
  { sensor: { driver: 'bme280', adress: '0x76' } },
])('the published schema refuses %o, as the role does', (wrong) => {
  const role = { role: 'node', name: 'N1', ...wrong };
  expect(published.safeParse(role).success).toBe(false);
  expect(roleSchema.safeParse(role).success).toBe(false);
});

test('every field says what it is', () => {
  const silent: string[] = [];
  const look = (node: Record<string, unknown>, at: string): void => {
    for (const [key, field] of Object.entries(node.properties ?? {})) {
      if (typeof field.description !== 'string') silent.push(`${at}${key}`);
      look(field, `${at}${key}.`);
    }
    for (const branch of (node.oneOf ?? []) as Record<string, unknown>[]) look(branch, at);
  };
  look(JSON.parse(text(SCHEMA)), '');
  expect(silent).toEqual([]);
});

/** `config/` imports nothing of ours, so it names what others have. */
test('its names are those of the presets and of the ways to call C', () => {
  const names = (key: string, within: string) => {
    const { properties } = JSON.parse(text(SCHEMA));
    return properties[within].oneOf[0].properties[key].enum;
  };
  expect(names('preset', 'radio')).toEqual(Object.keys(presets));
  expect(names('ffi', 'tpm')).toEqual(Object.keys(ffiByName));
});

test('the Dragino example is wired as the board is', () => {
  const { radio } = roleSchema.parse(
    JSON.parse(text(new URL('node-dragino-hat.json', EXAMPLES))),
  ) as { radio: Role['radio'] };
  expect(radio).toMatchObject({
    ...{ driver: 'sx127x', spi: '/dev/spidev0.0', paPin: 'PA_BOOST' },
    pins: { dio0: 4, dio1: 23, reset: 17 },
  });
});
