import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { codes } from '../../cli/explain/codes.ts';
import { reasons } from '../../cli/explain/reasons.ts';
import { explainCommand } from '../../cli/explain.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = 0;
});

const SHIPPED = [
  ...[
    'actors',
    'cli',
    'config',
    'deploy',
    'drivers',
    'machines',
    'protocol',
    'runtime',
    'simulations',
  ],
  'transports',
];

/** The text of every source in these folders, tests apart. */
const sources = (folders: readonly string[]): string[] =>
  folders
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
    )
    .filter(
      (path) =>
        path.endsWith('.ts') && !path.endsWith('.test.ts') && !path.startsWith('cli/explain/'),
    )
    .map((path) => readFileSync(path, 'utf8'));

const found = (texts: readonly string[], pattern: RegExp): Set<string> =>
  new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map(([, code]) => code as string)));

const shipped = sources(SHIPPED);
const thrown = found(shipped, /new (?:TiesError|Refusal)\(\s*'(\w+)'/g);

/** Some drivers have their codes in tables: these are of the families that are thrown by name. */
const inUse = (): Set<string> => {
  const families = [...thrown]
    .filter((code) => code.includes('_'))
    .map((code) => code.split('_')[0]);
  const literal = new RegExp(`'((?:${[...new Set(families), 'I2C'].join('|')})_[A-Z0-9_]+)'`, 'g');
  const named = [...found(shipped, literal)].filter((code) => !code.startsWith('TPM_RC_'));
  return new Set([...thrown, ...named]);
};

test('every code of an error is explained, and no other', () => {
  expect(thrown.size).toBeGreaterThan(90);
  expect(Object.keys(codes).sort()).toEqual([...inUse()].sort());
});

test('every reason of a run or a refusal is explained, and no other', () => {
  const texts = sources(['actors', 'machines', 'protocol']);
  const given = found(texts, /\breason: '([a-z][a-z-]*)'/g);
  // What has a hyphen or is a verdict on a message, wherever it stands.
  const literals = found(texts, /'([a-z]+(?:-[a-z]+)*)'/g);
  expect([...given].filter((reason) => !Object.hasOwn(reasons, reason))).toEqual([]);
  expect(Object.keys(reasons).filter((reason) => !literals.has(reason))).toEqual([]);
});

test.each([
  'actors/node/routes.ts',
  'actors/node/openers.ts',
  'actors/center/routes.ts',
  'actors/center/openers.ts',
  'actors/dispatch.ts',
  'protocol/packet.ts',
])('every refusal of %s is explained', (path) => {
  const returned = [...readFileSync(path, 'utf8').matchAll(/\breturn [^;]*;/g)].map(String);
  const given = found(returned, /(?:return|\?|[^{]* :) '([a-z]+(?:-[a-z]+)*)'(?=;| :|$)/gm);
  expect([...given].filter((reason) => !Object.hasOwn(reasons, reason))).toEqual([]);
});

test('each explanation is sentences that end, or a command to type', () => {
  for (const [meaning, remedy] of Object.values({ ...codes, ...reasons })) {
    expect(meaning).toMatch(/^[A-Z0-9].*\.$|^(onoff|swtpm|spi-device|i2c-bus|ties|tpm)[ .].*\.$/);
    expect(remedy.length).toBeGreaterThan(5);
  }
});

const explain = async (...args: string[]) => {
  let text = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((written) => {
    text += written;
    return true;
  });
  await explainCommand().parseAsync(args, { from: 'user' });
  vi.restoreAllMocks();
  return { exitCode: process.exitCode, text };
};

test('a code is explained in whichever case it is typed', async () => {
  expect(await explain('label_crc')).toEqual({
    exitCode: 0,
    text: 'LABEL_CRC: More than one character is mistyped.\nType it again.\n',
  });
  expect((await explain('Window-Closed', '--json')).text).toBe(
    '{"ok":true,"code":"window-closed","meaning":"The join window is closed.","remedy":"Type: ties window open --for 10m"}\n',
  );
});

test.each(['NO_SUCH', 'constructor', '__proto__'])('%s is no code', async (given) => {
  const { exitCode, text } = await explain(given);
  expect(exitCode).toBe(1);
  expect(text).toContain('There is no such code.');
});
