import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { flippedAnswers, forgedAnswers } from './bytes/part.ts';
import { claimsIn, differences } from './claims.ts';
import { DEVICE_CLAIMS } from './devices/part.ts';
import { HORN_CLAIMS } from './horn/part.ts';
import { ATTACKS, JOIN_ATTACKS } from './symbolic/attacks.ts';
import { PROPERTIES } from './symbolic/properties.ts';

const document = readFileSync(new URL('../../docs/threat-model.md', import.meta.url), 'utf8');
const claims = claimsIn(document);
const names = claims.map(({ property }) => property);

test('the threat model claims every property that is searched for, each once', () => {
  expect(new Set(names).size).toBe(names.length);
  const searched = [
    ...Object.keys(PROPERTIES),
    ...[...ATTACKS, ...JOIN_ATTACKS].map(({ name }) => name),
    ...DEVICE_CLAIMS,
    ...HORN_CLAIMS.map(({ property }) => property),
  ];
  expect(names).toEqual(expect.arrayContaining(searched));
});

/** `| n | attack | … (\`file\` \`symbol\`) | \`test\` |` of what the paper leaves open. */
const openRows = document
  .slice(
    document.indexOf('## What the paper leaves open'),
    document.indexOf('## Work for a forged'),
  )
  .split('\n')
  .filter((line) => /^\| \d+ \|/.test(line));

test('each attack that the paper leaves open names the test that tries it, and the code that refuses it', () => {
  expect(openRows).toHaveLength(17);
  const root = new URL('../../', import.meta.url);
  for (const line of openRows) {
    const [, attack] = /`(test\/attacks\/[a-z-]+)` \|$/.exec(line) ?? [];
    expect(existsSync(new URL(`${attack}.test.ts`, root)), line).toBe(true);
    for (const [, file = '', symbol = ''] of line.matchAll(/\(`([\w/-]+\.ts)` `#?(\w+)`\)/g))
      expect(readFileSync(new URL(file, root), 'utf8'), line).toContain(symbol);
  }
});

const row = { property: 'secrecy', ours: 'holds', paper: 'broken' } as const;

test.each([
  ['the same', [row], []],
  ['broken', [{ ...row, ours: 'broken' as const }], ['secrecy: holds claimed, broken shown']],
  [
    'an attack on the paper that is not found',
    [{ ...row, paper: 'holds' as const }],
    ['secrecy, as the paper writes it: broken claimed, holds shown'],
  ],
  ['more than is claimed', [row, { ...row, property: 'x' }], ['x: shown, and not claimed']],
  ['nothing', [], ['secrecy: claimed, and shown by nothing']],
])('what is shown is held against what is claimed: %s', (_, rows, wrong) => {
  expect(differences(rows, [row])).toEqual(wrong);
});

test('a flipped bit makes ID + 1 of about half of all IDs as the paper writes it, and of none here', () => {
  for (const mode of ['cfb', 'ctr', 'ofb', 'cbc'] as const) {
    const { ids } = forgedAnswers(mode, 40);
    expect(ids).toBeGreaterThan(8);
    expect(ids).toBeLessThan(32);
  }
  expect(flippedAnswers(2)).toMatchObject({ opened: 0 });
});
