import { createActor, createMachine, type InspectionEvent } from 'xstate';
import { Chronicle } from '../../simulations/chronicle.ts';
import { MainJob } from '../../simulations/main-job.ts';
import { World } from '../../simulations/world.ts';
import { Hub } from '../../transports/inspect/hub.ts';

const NODES = 12;
const EVENTS = 100_000;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** CPU time of the main job of a network that nobody inspects, and what an inspector would hear. */
const mainJob = async (): Promise<{ readonly tookMs: number; readonly events: number }> => {
  let chronicle: Chronicle | null = null;
  let events = 0;
  const count = (): void => {
    events += 1;
  };
  const world = await World.create({
    ...{ nodes: NODES, tpm: 'model', feed: () => ({ inspect: count, news: count }) },
    watch: (sighting) => chronicle?.noteSighting(sighting),
  });
  chronicle = new Chronicle(world.air);
  const began = cpuMs();
  const before = events;
  await new MainJob(world, chronicle, { mode: 'direct' }).run();
  const tookMs = cpuMs() - began;
  await world.close();
  return { tookMs, events: events - before };
};

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

/** What the hub itself takes for an event of a busy machine. */
const perEventUs = (isWatched: boolean): number => {
  const hub = new Hub({ title: '', clock: { now: () => 0 }, epochMs: 0, detail: 'watched' });
  const feed = hub.feed('N1');
  const seen: InspectionEvent[] = [];
  const machine = createMachine({
    id: 'session',
    context: { peer: 7, epoch: 3, reason: null, keys: { sent: 12, received: 9 } },
    initial: 'a',
    states: { a: { on: { go: 'b' } }, b: { on: { go: 'a' } } },
  });
  const actor = createActor(machine, { inspect: (each) => seen.push(each) }).start();
  for (let at = 0; at < 1_000; at += 1)
    actor.send({ type: 'go', from: 7, clear: { epoch: at }, body: new Uint8Array(32) } as never);
  const reader = isWatched ? hub.watch() : null;
  const run = (): number => {
    const began = cpuMs();
    for (let at = 0; at < EVENTS; at += 1)
      feed.inspect(seen[at % seen.length] as InspectionEvent, at);
    return ((cpuMs() - began) * 1_000) / EVENTS;
  };
  run();
  const took = median([run(), run(), run()]);
  reader?.close();
  return took;
};

const line = (text: string): void => void process.stdout.write(`${text}\n`);
const [quietUs, watchedUs] = [perEventUs(false), perEventUs(true)];
const { tookMs, events } = await mainJob();
const share = (us: number): string => `${((us * events) / 10 / tookMs).toFixed(2)} %`;
line(`an event at the hub: ${quietUs.toFixed(2)} µs, watched ${watchedUs.toFixed(2)} µs`);
line(`main job of ${NODES} nodes: ${events} events in ${tookMs.toFixed(0)} ms of CPU time`);
line(`the hub's share of that: ${share(quietUs)}, watched ${share(watchedUs)}`);
