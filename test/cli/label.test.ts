import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { NEVER } from 'rxjs';
import { encode } from 'uqr';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { admitCommand } from '../../cli/control/admit.ts';
import { CSV_HEAD, csvRow, readLabels } from '../../cli/label/csv.ts';
import { qrText } from '../../cli/label/qr.ts';
import { labelSheet } from '../../cli/label/sheet.ts';
import { labelSvg } from '../../cli/label/svg.ts';
import { labelCommand } from '../../cli/label.ts';
import { provisionCommand } from '../../cli/provision.ts';
import { wallClock } from '../../drivers/clock/wall.ts';
import { TiesError } from '../../protocol/errors.ts';
import { Secret } from '../../protocol/secret.ts';
import type { Answers } from '../../runtime/control/answers.ts';
import { serveControl } from '../../runtime/control/server.ts';
import { provisioned } from '../../runtime/provision.ts';
import { ties } from './ties.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-label-'));
});
afterEach(() => {
  process.exitCode = 0;
  rmSync(folder, { recursive: true });
});

const path = (name: string): string => join(folder, name);

/** Labels of three devices. */
const [first, second, third] = [1, 2, 3].map((at) => {
  const label = {
    devId: new Uint8Array(12).fill(at),
    accessKey: new Secret(new Uint8Array(16).fill(at + 9)),
  };
  return provisioned(label) as { device: string; label: string };
}) as [Printed, Printed, Printed];
interface Printed {
  readonly device: string;
  readonly label: string;
}

const table = (...rows: readonly Parameters<typeof csvRow>[0][]): string =>
  `${CSV_HEAD}${rows.map(csvRow).join('')}`;

test('a table is read as it was written, whatever is in a name', () => {
  const name = fc.string({ unit: fc.constantFrom('a', ' ', '"', ',', ';', '\n', '\r\n', 'é') });
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 4 }), (names) => {
      const text = `${CSV_HEAD}${names.map((each) => csvRow({ ...first, name: each })).join('')}`;
      expect(readLabels(text).map((row) => row.name)).toEqual(names.map((each) => each.trim()));
    }),
  );
});

test('tables of other programs are read too, by the names of their columns', () => {
  const text = `\ufeffName;Label\r\nRoof;${first.label}\r\n;;\r\n"a ""b"""; ${second.label}`;
  expect(readLabels(text)).toEqual([
    { line: 2, label: first.label, device: '', name: 'Roof' },
    { line: 4, label: second.label, device: '', name: 'a "b"' },
  ]);
});

test.each([
  ['', /no column "label"/],
  [`${first.label}\n`, /no column "label"/],
  [`label\n"${first.label}\n`, /Line 2 .*quote/],
  [`label,name\n${first.label},a\n,${first.label}\n`, /Line 3 .*no label/],
])('what is no table is refused, and nothing of it repeated', (text, message) => {
  try {
    readLabels(text);
    expect.fail('read');
  } catch (error) {
    expect(error).toMatchObject({ code: 'LABEL_TABLE', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain(first.label.slice(0, 12));
  }
});

const modules = (border: number): boolean[][] => encode(first.label, { ecc: 'Q', border }).data;

test('a QR code holds the label in the characters that take least room', () => {
  const { version } = encode(first.label, { ecc: 'Q' });
  expect(version).toBeLessThan(encode(first.label.toLowerCase(), { ecc: 'Q' }).version);
});

test('a terminal shows its QR code light on dark, in any colours of its own', () => {
  const dark = { '█': [false, false], '▀': [false, true], '▄': [true, false], ' ': [true, true] };
  const shown = qrText(first.label, false).split('\n');
  const rows = shown.flatMap((row) => {
    const halves = [...row].map((block) => dark[block as keyof typeof dark]);
    return [0, 1].map((half) => halves.map((pair) => pair[half]));
  });
  // A lower half beyond the last row has the terminal's own background.
  expect(rows.slice(0, modules(2).length)).toEqual(modules(2));
  const coloured = shown.map((row) => `\x1b[97;40m${row}\x1b[0m`);
  expect(qrText(first.label, true).split('\n')).toEqual(coloured);
});

test('the same code is printed', () => {
  const squares = [...labelSvg(first).matchAll(/M(\d+),(\d+)h10v10h-10z/g)];
  const printed = modules(4).map((row) => row.map(() => false));
  for (const [, x, y] of squares) (printed[Number(y) / 10] as boolean[])[Number(x) / 10] = true;
  expect(printed).toEqual(modules(4));
});

test('a printed label can be typed too, and a page of them needs nothing from elsewhere', () => {
  const svg = labelSvg({ ...first, name: 'Roof <"&">' });
  for (const group of first.label.split('-')) expect(svg).toContain(group);
  expect(svg).toContain(first.device);
  expect(svg).toContain('Roof &#60;&#34;&#38;&#34;&#62;');
  const page = labelSheet([first, second, third]);
  expect(page.match(/<svg xmlns[^>]* width="60mm"/g)).toHaveLength(3);
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|src=/);
});

test('ties label shows, and writes files for one user alone that overwrite nothing', async () => {
  const shown = await ties(labelCommand(), first.label.toLowerCase());
  expect(shown).toMatchObject({ exitCode: 0, stdout: expect.stringContaining(first.label) });
  writeFileSync(path('labels.csv'), table({ ...first, name: 'Roof' }, second));
  const args = ['--csv', path('labels.csv'), '--sheet', path('page.html'), '--json'];
  const made = await ties(labelCommand(), ...args);
  expect(JSON.parse(made.stdout)).toEqual({
    ...{ ok: true, devices: [first.device, second.device], files: [path('page.html')] },
  });
  expect(statSync(path('page.html')).mode & 0o777).toBe(0o600);
  expect(await ties(labelCommand(), ...args)).toMatchObject({
    ...{ exitCode: 2, stdout: expect.stringContaining('LABEL_FILE') },
  });
  const svg = await ties(labelCommand(), '--csv', path('labels.csv'), '--svg', path('a.svg'));
  expect(svg).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('LABEL_TABLE') });
  const typo = first.label.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
  expect((await ties(labelCommand(), typo)).stderr).toMatch(/^LABEL_CHECK/);
});

test('provision adds its label to a table, and tells it where a file cannot be made', async () => {
  const role = path('role.json');
  const tpm = { driver: 'swtpm', state: path('tpm') };
  writeFileSync(role, JSON.stringify({ role: 'node', name: 'N1', tpm }));
  const args = ['--config', role, '--name', 'Roof', '--csv', path('labels.csv')];
  writeFileSync(path('taken.svg'), '');
  const other = await ties(provisionCommand(), ...args, '--svg', path('taken.svg'));
  expect(other).toMatchObject({ exitCode: 1, stdout: expect.stringMatching(/^LABEL_FILE/m) });
  const [label = ''] = /TIES1-\S+/.exec(other.stdout) ?? [];
  rmSync(path('tpm'), { recursive: true });
  const sheet = ['--sheet', path('page.html')];
  const { stdout } = await ties(provisionCommand(), ...args, ...sheet, '--json');
  const made = JSON.parse(stdout);
  expect(made).toMatchObject({ ok: true, label: expect.stringMatching(/^TIES1-/) });
  expect(made.label).not.toBe(label);
  expect(readFileSync(path('labels.csv'), 'utf8')).toBe(
    `${CSV_HEAD}${made.device},${made.label},Roof\n`,
  );
  expect(statSync(path('labels.csv')).mode & 0o777).toBe(0o600);
  expect(readFileSync(path('page.html'), 'utf8')).toContain(labelSvg({ ...made, name: 'Roof' }));
});

test('admit takes a table row by row: what is wrong with one keeps no other out', async () => {
  const asked: unknown[] = [];
  const answers = {
    admit: ({ label }: { label: string }) => {
      asked.push(label);
      if (label === second.label) throw new TiesError('CONTROL_ADMISSION', 'LABEL_KNOWN');
      return { devId: `${label === first.label ? first.device : third.device}00000000` };
    },
    rename: (request: object) => {
      asked.push(request);
      return {};
    },
  } as unknown as Answers;
  const socket = path('control.sock');
  const stop = await serveControl({ path: socket, clock: wallClock, answers, news: NEVER });
  writeFileSync(path('labels.csv'), table({ ...first, name: 'Roof' }, second, third));
  const admit = () =>
    ties(admitCommand(), '--csv', path('labels.csv'), '--socket', socket, '--json');
  const { exitCode, stdout } = await admit();
  await stop();
  expect(asked).toEqual([
    first.label,
    { do: 'rename', device: first.device, name: 'Roof' },
    ...[second.label, third.label],
  ]);
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    ok: false,
    rows: [
      { line: 2, device: first.device, code: null, message: null },
      { line: 3, device: second.device, code: 'CONTROL_ADMISSION', message: 'LABEL_KNOWN' },
      { line: 4, device: third.device, code: null, message: null },
    ],
  });
  expect(stdout).not.toContain(first.label);
  expect(await admit()).toMatchObject({ exitCode: 2 });
  for (const command of [labelCommand(), admitCommand()])
    expect(await ties(command)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringMatching(/^LABEL_TABLE: Give a label/),
    });
});
