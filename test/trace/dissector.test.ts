import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MESSAGE_NAMES, type MessageName, specOf } from '../../protocol/messages.ts';
import { keyLogFile } from '../../runtime/key-log.ts';
import { traceAir } from '../../simulations/air-trace.ts';
import { seededRandom } from '../../simulations/seeded-random.ts';
import type { TracedFrame } from '../../transports/trace/frame.ts';
import { dissector } from '../../transports/trace/wireshark/dissector.ts';
import { overheardIn } from '../scenarios/frames.ts';
import { inNetwork } from '../scenarios/network.ts';
import { traced, traceOf } from './frames.ts';
import { isTsharkInstalled, tshark, withoutTshark } from './tshark.ts';

test('ties.lua has a row for every message', () => {
  for (const name of MESSAGE_NAMES) expect(dissector()).toContain(`name = "${name}"`);
});

const FIELDS = {
  ...{ type: 'ties.link.type', again: 'ties.link.again', comment: 'frame.comment' },
  ...{ name: 'ties.message', counter: 'ties.message.counter', body: 'ties.message.sealed' },
  ...{ opened: 'ties.message.opened', wrap: 'ties.body.wrap', status: 'ties.body.status' },
  ...{ payload: 'ties.body.payload', malformed: '_ws.malformed', fault: '_ws.lua.error' },
} as const;

describe.runIf(isTsharkInstalled)(`Debian's tshark${withoutTshark}`, () => {
  let folder: string;
  let lua: string;
  /** Of each whole message, in the order they became whole. */
  let whole: { readonly name: string; readonly counter: number }[];
  let frames: TracedFrame[];
  let rows: Record<keyof typeof FIELDS, string>[];
  let said: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ties-tshark-'));
    lua = join(folder, 'ties.lua');
    writeFileSync(lua, dissector());
    const keys = keyLogFile(join(folder, 'keys'));
    frames = [];
    const options = { nodes: 2, loss: 0.1, keyLog: keys.log };
    await inNetwork(options, async (network) => {
      traceAir(network.world.medium.transmissions, { record: (frame) => void frames.push(frame) });
      await network.mainJob('indirect');
      whole = overheardIn(network.transmissions).map(({ name, payload }) => ({
        name: name as string,
        counter: Buffer.from(payload).readUIntBE(2, name === 'data' ? 2 : 4),
      }));
    });
    keys.close();
    const trace = join(folder, 'a.pcapng');
    writeFileSync(trace, traceOf(frames));
    const read = await tshark(trace, {
      lua,
      keyLog: join(folder, 'keys'),
      fields: Object.values(FIELDS),
    });
    said = read.said;
    rows = read.rows.map((row) =>
      Object.fromEntries(Object.keys(FIELDS).map((name, at) => [name, row[at] ?? ''])),
    ) as typeof rows;
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('shows every frame, and every message by name and counter, nothing malformed', () => {
    expect(said).toBe('');
    expect(rows).toHaveLength(frames.length);
    for (const { type, malformed, fault } of rows) {
      expect(type).not.toBe('');
      expect([malformed, fault]).toEqual(['', '']);
    }
    const messages = rows.filter(({ counter, again }) => counter !== '' && again !== '1');
    const shown = messages.map(({ name, counter }) => ({ name, counter: Number(counter) }));
    expect(shown).toEqual(whole);
    expect(rows.map(({ comment }) => comment)).toEqual(
      frames.map(({ comments }) => comments.join(';')),
    );
  });

  test('opens bodies by a key log: the tag holds, but where it covers another message too', () => {
    const sealed = rows.filter(({ body }) => body !== '');
    expect(sealed.length).toBeGreaterThan(20);
    for (const { name, opened } of sealed)
      expect(opened).toBe(
        specOf(name as MessageName).bound === undefined
          ? 'the tag holds'
          : 'tag not checked, as it covers another message too',
      );
    const of = (wanted: MessageName) => sealed.find(({ name }) => name === wanted);
    expect(of('K1')?.wrap).toMatch(/^[0-9A-F]{410}$/);
    expect(of('peer.info')?.status).toBe('ok');
    expect(of('data')?.payload).toMatch(/^96/);
  });

  test('takes hostile frames without a fault of the dissector', async () => {
    const random = seededRandom(1, 'hostile frames');
    const hostile = Array.from({ length: 400 }, (_, at) => {
      const frame = random.bytes(61);
      // Frames of the link, of every type, and among them messages of every type.
      frame[0] = 0x40 | (frame[0] as number & 0x3f);
      if (at % 2 === 0) frame.set([0x40, 0, 0, 1, 0, 2, at & 0xff, 0, at % 28], 0);
      return traced({ frame: frame.slice(0, 1 + (at % 60)) });
    });
    writeFileSync(join(folder, 'b.pcapng'), traceOf(hostile, 1));
    const hostileRows = await tshark(join(folder, 'b.pcapng'), {
      ...{ lua, keyLog: join(folder, 'keys') },
      fields: ['frame.number', '_ws.lua.error'],
    });
    expect(hostileRows.said).toBe('');
    expect(hostileRows.rows.map(([, fault]) => fault)).toEqual(hostile.map(() => ''));
  });
});
