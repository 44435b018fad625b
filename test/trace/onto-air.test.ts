import { afterAll, beforeAll, expect, test } from 'vitest';
import type { MessageName } from '../../protocol/messages.ts';
import { AirReplay } from '../../simulations/replay/onto-air.ts';
import { World } from '../../simulations/world.ts';
import { fragmentsOf } from '../../transports/lora/fragments.ts';
import { encodeFrame } from '../../transports/lora/frame.ts';
import type { TracedFrame } from '../../transports/trace/frame.ts';
import { readTrace, Troubles } from '../../transports/trace/reading.ts';
import { type Overheard, overheardIn } from '../scenarios/frames.ts';
import { Network } from '../scenarios/network.ts';
import { inChunks, traced, traceOf } from './frames.ts';

/**
 * What an outsider can say again of each attack in docs/protocol.md, as a trace put onto the air
 * of a network that has done its main job. Rows 8 and 9 are of who only listens; what takes a key
 * or somebody else's host is in test/attacks.
 */

const replay = new AirReplay();
let network: Network;
let recorded: readonly Overheard[];
beforeAll(async () => {
  network = await Network.create({ nodes: 3, watch: replay.watch });
  await network.mainJob('direct');
  recorded = overheardIn(network.transmissions);
});
afterAll(() => network.world.close());

type Words = Pick<Overheard, 'net' | 'src' | 'dst' | 'payload'>;

const of = (name: MessageName): Words =>
  recorded.findLast((each) => each.name === name) ?? expect.fail(`no ${name}`);

/** The payload with one byte otherwise; from its end where `at` is negative. */
const edited = (words: Words, at: number, edit: (byte: number) => number): Words => {
  const payload = Uint8Array.from(words.payload);
  const place = at < 0 ? payload.length + at : at;
  payload[place] = edit(payload[place] as number);
  return { ...words, payload };
};

/** Version and type, flags, counter, then what is said: docs/protocol.md. */
const COUNTER_HIGH = 4;
const LIST_VERSION = 7;

const again = (words: Words): Words => words;
const bitFlipped = (words: Words): Words => edited(words, -1, (byte) => byte ^ 1);
/** Under a counter that no window has seen. */
const fresh = (words: Words): Words => edited(words, COUNTER_HIGH, (byte) => byte + 1);
const ofType = (by: number) => (words: Words) => edited(words, 0, (byte) => byte ^ by);
const backwards = ({ src, dst, ...rest }: Words): Words => ({ ...rest, src: dst, dst: src });
const toAnother = (words: Words): Words => ({ ...words, dst: 2 + ((words.dst - 1) % 3) });

let seq = 0;
/** As the frames of a trace, which goes through a file's bytes. */
const traceFrames = ({ net, src, dst, payload }: Words): AsyncIterable<TracedFrame> => {
  seq += 1;
  const parts = fragmentsOf(payload);
  const route = { type: 'data', ackWanted: false, net, src, dst, seq } as const;
  const frames = parts.map((part, index) =>
    traced({
      atNs: BigInt(1 + index) * 200_000_000n,
      frame: encodeFrame({ ...route, index, last: parts.length - 1, payload: part }),
    }),
  );
  return oneByOne(traceOf(frames));
};

async function* oneByOne(bytes: Uint8Array): AsyncGenerator<TracedFrame> {
  for await (const batch of readTrace(inChunks(bytes), new Troubles())) yield* batch;
}

test.each<[row: number, what: string, MessageName, (words: Words) => Words, rule: string]>([
  [1, 'a challenge with one bit flipped', 'C1', (it) => fresh(bitFlipped(it)), 'tag'],
  [2, 'a challenge said back to who made it', 'C1', backwards, 'tag'],
  [
    3,
    'a request with the peer in it changed',
    'K1',
    (it) => fresh(edited(it, 8, (b) => b ^ 1)),
    'tag',
  ],
  [4, 'an old delivery', 'K2.direct', again, 'repeated'],
  [4, 'an old delivery with other bytes', 'K2.direct', bitFlipped, 'replay'],
  [5, 'an old request', 'K1', again, 'repeated'],
  [5, 'an old request with other bytes', 'K1', bitFlipped, 'replay'],
  [6, "the center's acknowledgement", 'ack', again, 'repeated'],
  [6, 'a forged acknowledgement', 'ack', fresh, 'tag'],
  [7, 'another key for a join that is over', 'J3', bitFlipped, 'unknown-source'],
  [10, 'a label used again', 'J1', fresh, 'tag'],
  [11, 'a join from its beginning', 'J1', again, 'repeated'],
  [11, 'a join with another share', 'J1', bitFlipped, 'replay'],
  [11, 'the end of a join', 'J5', again, 'repeated'],
  [12, 'a request as a delivery', 'K1', ofType(1), 'not-for-this-role'],
  [12, 'an acknowledgement as a refusal', 'ack', ofType(1), 'tag'],
  [
    13,
    'a delivery for one device, said to another',
    'K2.direct',
    (it) => fresh(toAnother(it)),
    'tag',
  ],
  [14, 'an old challenge, to be answered alone', 'C1', again, 'repeated'],
  [15, 'the list', 'roster.delta', again, 'held'],
  [
    15,
    'the list, said to be newer',
    'roster.delta',
    (it) => edited(it, LIST_VERSION, (b) => b + 1),
    'forged',
  ],
  [16, 'a confirmation that was lost', 'K4', again, 'repeated'],
  [17, 'a request of another version', 'K1', ofType(0x40), 'version'],
])('row %i: %s is refused', async (_row, _what, name, edit, rule) => {
  const [state, used] = [network.state(), network.tpmUses.length];
  const words = edit(of(name));
  const { frames, verdicts } = await replay.run(network.world, traceFrames(words));
  expect(frames).toBe(fragmentsOf(words.payload).length);
  const receiver = words.dst === 0xffff ? 'N1' : network.nameOf(words.dst);
  expect(verdicts.all.find(({ device }) => device === receiver)?.refusedBy).toBe(rule);
  expect(verdicts.all.filter(({ refusedBy }) => refusedBy === null)).toEqual([]);
  expect(network.state()).toBe(state);
  expect(network.tpmUses.slice(used)).toEqual([]);
});

test('the whole trace is refused by the network it was recorded of', async () => {
  const frames = recorded.flatMap(({ frames }) => frames);
  const trace = traceOf(
    frames.map((frame, at) => traced({ atNs: BigInt(at) * 100_000_000n, frame })),
  );
  const state = network.state();
  const { verdicts } = await replay.run(network.world, oneByOne(trace));
  // Of the list, row 15: whose frame a link has heard it does not hand on again.
  expect([...verdicts.byRule().keys()]).toEqual(expect.arrayContaining(['repeated', 'replay']));
  expect(verdicts.byRule().get(null)).toBeUndefined();
  expect(network.state()).toBe(state);
});

test('a network that was not there takes up what is new to it', async () => {
  const first = recorded.find(({ name }) => name === 'J1') as Overheard;
  const other = new AirReplay();
  const world = await World.create({ nodes: 1, watch: other.watch });
  const { verdicts } = await other.run(world, traceFrames(first));
  // The same seed: the label is admitted, and the frame is the one that its device would send.
  expect(verdicts.byRule().get(null)).toBe(1);
  await world.close();
});
