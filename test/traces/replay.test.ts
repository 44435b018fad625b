import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterEach, expect, test } from 'vitest';
import { confirmInitiatorMachine } from '../../machines/confirm/initiator.ts';
import { differenceLines } from '../../runtime/journal/difference.ts';
import { readJournal } from '../../runtime/journal/read.ts';
import { replayJournal } from '../../runtime/journal/replay.ts';
import { settled } from '../../simulations/heap-clock.ts';
import { inChunks } from '../trace/frames.ts';
import { fileOf, SCENES } from './scenes.ts';

const textOf = (name: string): string => gunzipSync(readFileSync(fileOf(name))).toString();

const replayed = (text: string) =>
  replayJournal({
    ...{ lines: readJournal(inChunks(Buffer.from(text), 64 * 1024)), settled },
    log: pino({ level: 'silent' }),
  });

const guards = confirmInitiatorMachine.implementations.guards as Record<string, () => boolean>;
const { confirmsNext } = guards;
afterEach(() => {
  guards.confirmsNext = confirmsNext as () => boolean;
});

test.each(Object.keys(SCENES))(
  '%s goes as it was recorded; else see README.md here',
  async (name) => {
    const { difference, turns, states } = await replayed(textOf(name));
    expect(difference && differenceLines(difference).join('\n')).toBeNull();
    expect(turns).toBeGreaterThan(400);
    expect(states).toBeGreaterThan(250);
  },
);

test('there is a journal for every scene, and no other', () => {
  const names = readdirSync(new URL('.', import.meta.url)).filter((name) => name.endsWith('.gz'));
  expect(names.sort()).toEqual(
    Object.keys(SCENES)
      .map((name) => `${name}.journal.gz`)
      .sort(),
  );
});

test('with another guard the transition that goes otherwise is named, side by side', async () => {
  guards.confirmsNext = () => false;
  const { difference } = await replayed(textOf('direct'));
  expect(difference).toMatchObject({ device: 'N1', after: expect.stringMatching(/^hearing/) });
  const lines = difference === null ? [] : differenceLines(difference);
  expect(lines.some((line) => /recorded +replayed/.test(line))).toBe(true);
  expect(lines.at(-1)).toBe(
    'confirm.initiator.3 went to "promoting" when it was recorded, now it goes to "contradicted".',
  );
});

/** The journal with the first line that has `from` changed there. */
const changed = (from: string, to: string): string => {
  const text = textOf('direct');
  expect(text.includes(from)).toBe(true);
  return text.replace(from, to);
};

test.each([
  { what: 'a state', from: 'state join ', to: 'state joins ' },
  { what: 'a frame that was sent', from: '"transmit 1', to: '"transmit 9' },
  { what: 'what the TPM was asked', from: ' derive ', to: ' derived ' },
  { what: 'how long a timer takes', from: ' 90000"', to: ' 90001"' },
  { what: 'what was written', from: 'write 0 airtime', to: 'write 0 airtimes' },
])('$what that was otherwise is found', async ({ from, to }) => {
  expect((await replayed(changed(from, to))).difference).not.toBeNull();
});

test.each([
  { what: 'random bytes', from: /"drawn":\["[A-Za-z0-9+/]/ },
  { what: 'a frame that was heard', from: /"heard",\{"frame":\{"\$bytes":"[A-Za-z0-9+/]{8}/ },
  { what: "a TPM's secret", from: /"\$secret":"[A-Za-z0-9+/]/ },
])('$what that is otherwise leads to a difference', async ({ from }) => {
  const text = textOf('direct');
  const [found = ''] = from.exec(text) ?? [];
  const other = found.endsWith('A') ? 'B' : 'A';
  expect(found).not.toBe('');
  const { difference } = await replayed(text.replace(found, found.slice(0, -1) + other));
  expect(difference).not.toBeNull();
});

test('a journal that was cut off is replayed up to its last whole turn', async () => {
  const text = textOf('direct');
  const { difference, turns } = await replayed(text.slice(0, text.length / 2));
  expect(difference).toBeNull();
  expect(turns).toBeGreaterThan(100);
});

test('deeds that are missing at the end of a turn are a difference too', async () => {
  const text = textOf('direct').replace(/("deeds":\[[^\]]*)\]/, '$1,"state CE \\"nowhere\\""]');
  const { difference } = await replayed(text);
  expect(difference).toMatchObject({ recorded: ['state CE "nowhere"'], replayed: [] });
});

test.each([
  { what: 'a text', text: 'hello\n', code: 'JOURNAL_MALFORMED' },
  { what: 'nothing', text: '', code: 'JOURNAL_MALFORMED' },
  { what: 'JSON', text: '{"a":1}\n', code: 'JOURNAL_MALFORMED' },
  { what: 'a later version', text: '{"journal":2}\n', code: 'JOURNAL_VERSION' },
  { what: 'a line of something else', text: '{"journal":1}\n[\n', code: 'JOURNAL_MALFORMED' },
])('$what is no journal', async ({ text, code }) => {
  await expect(replayed(text)).rejects.toMatchObject({ code });
});
