import type { InspectionEvent } from 'xstate';
import { Chronicle } from '../../simulations/chronicle.ts';
import { MainJob } from '../../simulations/main-job.ts';
import { World } from '../../simulations/world.ts';
import { Hub } from '../../transports/inspect/hub.ts';
import type { Feed } from '../../transports/inspect/interface.ts';

const NODES = 12;
const TIMES = 5;
/** Of a busy simulation, while nobody watches. */
const MOST_SHARE = 0.02;
/** An event, while somebody does. */
const MOST_US = 10;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** What a device's tap tells an inspector, as something to be done. */
type Telling = (feedOf: (device: string) => Feed) => void;

/** CPU time of the main job of a network that nobody inspects, and what an inspector would hear. */
const mainJob = async (): Promise<{ readonly tookMs: number; readonly heard: Telling[] }> => {
  let chronicle: Chronicle | null = null;
  let heard: Telling[] = [];
  const feed = (device: string): Feed => ({
    inspect: (seen: InspectionEvent, atMs) =>
      void heard.push((feedOf) => feedOf(device).inspect(seen, atMs)),
    news: (news, atMs) => void heard.push((feedOf) => feedOf(device).news(news, atMs)),
  });
  const world = await World.create({
    ...{ nodes: NODES, tpm: 'model', feed },
    watch: (sighting) => chronicle?.noteSighting(sighting),
  });
  chronicle = new Chronicle(world.air);
  heard = [];
  const beganMs = cpuMs();
  await new MainJob(world, chronicle, { mode: 'direct' }).run();
  const tookMs = cpuMs() - beganMs;
  await world.close();
  return { tookMs, heard };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** What the hub takes for all of it. */
const hubMs = (heard: readonly Telling[], isWatched: boolean): number => {
  const run = (): number => {
    const hub = new Hub({ title: '', clock: { now: () => 0 }, epochMs: 0, detail: 'watched' });
    const feeds = new Map<string, Feed>();
    const feedOf = (device: string): Feed => {
      const feed = feeds.get(device) ?? hub.feed(device);
      feeds.set(device, feed);
      return feed;
    };
    const reader = isWatched ? hub.watch() : null;
    const beganMs = cpuMs();
    for (const tell of heard) tell(feedOf);
    const tookMs = cpuMs() - beganMs;
    reader?.close();
    return tookMs;
  };
  run();
  return median(Array.from({ length: TIMES }, run));
};

const line = (text: string): void => void process.stdout.write(`${text}\n`);
const { tookMs, heard } = await mainJob();
const [quietMs, watchedMs] = [hubMs(heard, false), hubMs(heard, true)];
const perEventUs = (ms: number): number => (ms * 1_000) / heard.length;
const share = (ms: number): string => `${((100 * ms) / tookMs).toFixed(2)} %`;
line(`main job of ${NODES} nodes: ${heard.length} events in ${tookMs.toFixed(0)} ms of CPU time`);
line(`unwatched: ${perEventUs(quietMs).toFixed(2)} µs an event, ${share(quietMs)} of that`);
line(`watched:   ${perEventUs(watchedMs).toFixed(2)} µs an event, ${share(watchedMs)} of that`);
const isHeld = quietMs / tookMs < MOST_SHARE && perEventUs(watchedMs) < MOST_US;
const limits = `unwatched below ${100 * MOST_SHARE} %, watched below ${MOST_US} µs an event`;
line(`${limits}: ${isHeld ? 'held' : 'NOT held'}`);
process.exitCode = isHeld ? 0 : 1;
