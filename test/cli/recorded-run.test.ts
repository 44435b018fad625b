import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { recordedRun } from '../../cli/inspect/recorded-run.ts';
import { traceAir } from '../../simulations/air-trace.ts';
import type { InspectEvent } from '../../transports/inspect/interface.ts';
import type { TracedFrame } from '../../transports/trace/frame.ts';
import { Past, stateText } from '../../web/model/actors.ts';
import { Journal } from '../../web/model/journal.ts';
import { fateOf, Openings } from '../../web/model/messages.ts';
import { sequence } from '../../web/model/sequence.ts';
import { inNetwork } from '../scenarios/network.ts';
import { traceOf } from '../trace/frames.ts';
import { fileOf } from '../traces/scenes.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ties-recorded-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a page makes of a file. */
const opened = async (file: string): Promise<Journal> => {
  const reader = (await recordedRun(file)).watch();
  const journal = new Journal();
  for (let texts = reader.read(1e6); texts.length > 0; texts = reader.read(1e6))
    journal.add(texts.map((text) => JSON.parse(text) as InspectEvent));
  return journal;
};

const states = ({ happenings }: Journal) => {
  const seen: string[] = [];
  for (const it of happenings)
    if (it.type === '@xstate.snapshot' && it.snapshot.value !== undefined)
      seen.push(stateText(it.snapshot.value));
  return seen;
};

test('a journal is seen as its devices were, also those that were off and on again', async () => {
  const journal = await opened(fileURLToPath(fileOf('restarts')));
  expect(journal.title).toBe('restarts.journal.gz');
  expect(states(journal)).toEqual(expect.arrayContaining(['requesting', 'joined', 'idle']));
  const roots = [...new Past().after(journal.happenings, journal.happenings.length).values()]
    .filter(({ parentId }) => parentId === null)
    .map(({ device, value, status }) => `${device} ${stateText(value)} ${status}`);
  expect(roots.sort()).toEqual([
    'CE running active',
    'CE running stopped',
    'N1 running.member active',
    'N1 running.member stopped',
    'N2 running.member active',
  ]);
  const { lanes, rows } = sequence(journal.messages, { nowMs: 1e9, device: null, search: '' });
  expect(lanes).toEqual(['CE', 'N1', 'N2']);
  const ofN1 = rows.filter(({ message }) => message.device === 'N1' || message.to === 'N1');
  const said = ofN1.map(({ message }) => message.name);
  expect(said.slice(0, 6)).toEqual(['J1', 'J2', 'J3', 'J4', 'J5', 'ack']);
  const openings = new Openings();
  openings.read(journal.happenings, 0);
  const [j1] = journal.messages;
  expect(j1 && fateOf(j1, openings, 1e9)).toEqual({ is: 'authenticated' });
});

test('of a trace the messages are seen, and who has received them', async () => {
  const frames: TracedFrame[] = [];
  await inNetwork({ nodes: 1 }, async (network) => {
    const { transmissions } = network.world.medium;
    traceAir(transmissions, { record: (frame) => void frames.push(frame) });
    await network.join('N1');
  });
  const file = join(folder, 'a.pcapng');
  writeFileSync(file, traceOf(frames));
  const journal = await opened(file);
  expect(journal.messages.slice(0, 5).map(({ device, to, name }) => [device, to, name])).toEqual([
    ['N1', 'CE', 'J1'],
    ['CE', 'N1', 'J2'],
    ['N1', 'CE', 'J3'],
    ['CE', 'N1', 'J4'],
    ['N1', 'CE', 'J5'],
  ]);
  expect(journal.lastMs).toBeGreaterThan(1_000);
  const [j1] = journal.messages;
  expect(j1 && fateOf(j1, new Openings(), 1e9)).toEqual({ is: 'received' });
});

test.each([
  ['nothing', ''],
  ['a text', 'hello\n'],
  [
    'a capture of something else',
    Buffer.from('d4c3b2a1020004000000000000000000ffff000001000000', 'hex'),
  ],
])('%s is no run', async (_what, bytes) => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const file = join(folder, 'other');
  writeFileSync(file, bytes);
  await expect(recordedRun(file)).rejects.toMatchObject({ code: 'INSPECT_FILE' });
});

test('a file that is not there is told of', async () => {
  const missing = recordedRun(join(folder, 'missing'));
  await expect(missing).rejects.toMatchObject({ code: 'TRACE_UNREADABLE' });
});
