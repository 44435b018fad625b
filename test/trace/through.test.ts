import { beforeAll, expect, test } from 'vitest';
import { traceAir } from '../../simulations/air-trace.ts';
import { replayThrough } from '../../simulations/replay/through.ts';
import type { TracedFrame } from '../../transports/trace/frame.ts';
import { inNetwork } from '../scenarios/network.ts';

const WORLD = { nodes: 2, tpm: 'model' } as const;

let frames: TracedFrame[];
beforeAll(async () => {
  frames = [];
  await inNetwork(WORLD, async (network) => {
    const { transmissions } = network.world.medium;
    traceAir(transmissions, { record: (frame) => void frames.push(frame) });
    await network.mainJob('direct');
  });
});

const hearing = (device: string, more: { seed?: number; frames?: TracedFrame[] } = {}) =>
  replayThrough({
    ...{ device, onMs: 0, world: { ...WORLD, seed: more.seed ?? 1 } },
    frames: (async function* () {
      yield* more.frames ?? frames;
    })(),
  });

const types = (news: readonly { readonly type: string }[]): string[] =>
  news.map(({ type }) => type).filter((type) => type !== 'run.ended');

test('a center that hears what it heard does what it did, frame by frame', async () => {
  const { same, parting, news, verdicts } = await hearing('CE');
  expect(parting).toBeNull();
  expect(same).toBe(frames.filter(({ comments }) => comments.includes('sent by CE')).length);
  expect(types(news)).toEqual(['center.ready', 'label.admitted', 'label.admitted']);
  expect([...verdicts.byRule().keys()]).toEqual([null]);
});

test('a node that hears what it heard joins, and parts where nobody tells it to ask', async () => {
  const { same, parting, news } = await hearing('N1');
  expect(types(news)).toEqual(['node.joined']);
  expect(same).toBeGreaterThan(3);
  // N1's user had asked for a session: no frame says so.
  expect(parting?.recorded.slice(0, 2)).toBe('41');
});

test('another device refuses what was not for it', async () => {
  const { news, verdicts } = await hearing('CE', { seed: 2 });
  expect(types(news)).toEqual(['center.ready', 'label.admitted', 'label.admitted']);
  expect(verdicts.byRule().get(null)).toBeUndefined();
  expect([...verdicts.byRule().keys()]).toEqual(expect.arrayContaining(['unknown-source']));
});

test('what was lost at it, it does not hear', async () => {
  const isJ3 = ({ comments }: TracedFrame, at: number) =>
    comments.includes('sent by N1') && at === 3;
  const lossy = frames.map((each, at) =>
    isJ3(each, at) ? { ...each, comments: [...each.comments, 'lost at CE: collision'] } : each,
  );
  expect(lossy).not.toEqual(frames);
  const { same, parting, heard } = await hearing('CE', { frames: lossy });
  const ofOthers = frames.filter(({ comments }) => !comments.includes('sent by CE'));
  expect(heard).toBe(ofOthers.length - 1);
  expect(parting).not.toBeNull();
  expect(same).toBeGreaterThan(1);
});

test('a trace of a real radio begins when the device is on', async () => {
  const OFFSET_NS = 1_790_000_000_000_000_000n;
  const real = frames.map((each) => ({ ...each, atNs: each.atNs + OFFSET_NS }));
  const { verdicts, news } = await hearing('CE', { frames: real });
  expect(types(news)).toContain('center.ready');
  expect(verdicts.all.length).toBeGreaterThan(5);
  expect(verdicts.all[0]?.atMs).toBeLessThan(5_000);
});
