import { z } from 'zod';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { KtcMode } from '../../machines/ktc/requester.ts';
import { type PresetName, presets } from '../../protocol/lora/presets.ts';
import { TURNAROUND_MS } from '../../transports/lora/link.ts';
import { Chronicle } from '../chronicle.ts';
import { seededRandom } from '../seeded-random.ts';
import { type SuitePlanName, suitePlans } from '../suite-plan.ts';
import { scenario } from '../sweep/scenario.ts';
import { slb9670 } from '../tpm-latency.ts';
import { World, type WorldOptions } from '../world.ts';
import { keysOnDemand } from './keys-on-demand.ts';
import { frameMj } from './radio-energy.ts';
import { stopAndWaitLink } from './stop-and-wait-link.ts';

/** Nothing of it takes longer where it comes about at all. */
const LIMIT_MS = 3_600_000;
const REST_MS = 2_000;
/** A key distribution that fails is asked for again: at 0.5 some do. */
const ATTEMPTS = 5;

const parameters = z.strictObject({
  /** What a chart calls this setting. */
  name: z.string().max(60).default(''),
  nodes: z.int().min(2).max(50).default(3),
  suite: z.enum(Object.keys(suitePlans) as [SuitePlanName, ...SuitePlanName[]]).default('p256'),
  preset: z.enum(Object.keys(presets) as [PresetName, ...PresetName[]]).default('default'),
  link: z.enum(['selective-repeat', 'stop-and-wait']).default('selective-repeat'),
  keys: z.enum(['beforehand', 'on-demand']).default('beforehand'),
  translate: z.enum(['duplicate', 'rewrap']).default('duplicate'),
  mode: z.enum(['direct', 'indirect']).default('direct'),
  loss: z.number().min(0).max(0.9).default(0),
});

type Given = z.output<typeof parameters>;

/** A join of the last of some nodes, then a key distribution: the whole runtime, on model TPMs. */
export const networkScenario = scenario({
  about:
    'The whole runtime on model TPMs at the modelled speed of the SLB 9670: the last of the nodes joins, and gets a session key for the first one.',
  parameters,
  outputs: {
    joinMs: {
      unit: 'ms',
      about:
        'From switching the joiner on until it is a member and every node holds the list with it.',
    },
    masterKeyMs: { unit: 'ms', about: 'Of that, until it opened J4.' },
    joinOtherMs: {
      unit: 'ms',
      about: 'From the new list being signed until another node holds it.',
    },
    keyMs: {
      unit: 'ms',
      about:
        'N1: from asking its TPM for the key until its delivery is confirmed, attempts that failed included.',
    },
    keyCenterMs: {
      unit: 'ms',
      about:
        'The CE: from the first frame of the first K1 until it has answered, attempts that failed included.',
    },
    keyOtherMs: {
      unit: 'ms',
      about: 'N2: from the first frame of the key that it answered until its answer is there.',
    },
    confirmMs: { unit: 'ms', about: 'From then until ID + 1 was opened.' },
    joinAirtimeMs: { unit: 'ms', about: 'All frames of the join, the list included.' },
    joinBytes: { unit: 'B', about: 'Of these frames.' },
    keyAirtimeMs: { unit: 'ms', about: 'All frames of the key distribution and the confirm.' },
    keyBytes: { unit: 'B', about: 'Of these frames.' },
    keyEnergyMj: {
      unit: 'mJ',
      about: 'What the radios of sender and receiver drew during these frames, by the data sheet.',
    },
  },
  run: (given, { seed }) => measured(given, seed),
});

type Output =
  | `${'join' | 'masterKey' | 'joinOther' | 'key' | 'keyCenter' | 'keyOther' | 'confirm' | 'joinAirtime' | 'keyAirtime'}Ms`
  | 'joinBytes'
  | 'keyBytes'
  | 'keyEnergyMj';

async function measured(given: Given, seed: number): Promise<Record<Output, number | null>> {
  let chronicle: Chronicle | null = null;
  const world = await World.create({
    ...optionsOf(given, seed),
    watch: (sighting) => chronicle?.noteSighting(sighting),
    tpmEnded: (device, timing) => chronicle?.noteTpm(device, timing),
  });
  try {
    chronicle = new Chronicle(world.air);
    const meter = new Air(world);
    const { joiner, ...join } = await joined(world, chronicle, meter);
    return { ...join, ...(await keyed(world, chronicle, meter, { joiner, mode: given.mode })) };
  } finally {
    await world.close();
  }
}

const optionsOf = (given: Given, seed: number): WorldOptions => {
  const { nodes, suite, preset, link, keys, translate, loss } = given;
  let clock: Clock | null = null;
  return {
    ...{ nodes, preset, translate, loss, seed, suite: suitePlans[suite], latency: slb9670 },
    // Only a TPM that has the command translates by it; the chip's times are kept.
    profile: translate === 'rewrap' ? 'full' : 'slb9670',
    made: (world) => {
      clock = world.clock;
    },
    ...(keys === 'on-demand' && {
      wrapTpm: (tpm, device) =>
        keysOnDemand(tpm, suite === 'p256' ? 'p256' : 'rsa2048', {
          clock: clock as Clock,
          random: seededRandom(seed, `keys of ${device}`),
        }),
    }),
    ...(link === 'stop-and-wait' && {
      replaceLink: ({ device, ...made }) =>
        stopAndWaitLink({
          ...{ ...made, turnaroundMs: TURNAROUND_MS },
          random: seededRandom(seed, `link of ${device}`),
        }),
    }),
  };
};

/** What was on the air since a moment. */
class Air {
  readonly #frames: { radioId: string; startMs: number; airtimeMs: number; bytes: number }[] = [];

  constructor({ medium }: World) {
    medium.sent.subscribe(({ radioId, startMs, airtimeMs, frame }) => {
      this.#frames.push({ radioId, startMs, airtimeMs, bytes: frame.length });
    });
  }

  since(sinceMs: number): { airtimeMs: number; bytes: number; energyMj: number } {
    const frames = this.#frames.filter(({ startMs }) => startMs >= sinceMs);
    const airtimeMs = frames.reduce((sum, frame) => sum + frame.airtimeMs, 0);
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes, 0);
    return { airtimeMs, bytes, energyMj: frameMj(airtimeMs) };
  }

  /** When a radio first sent at or after a moment, or null. */
  firstMs(radio: string, sinceMs: number | null): number | null {
    const is = ({ radioId, startMs }: { radioId: string; startMs: number }): boolean =>
      sinceMs !== null && radioId === radio && startMs >= sinceMs;
    return this.#frames.find(is)?.startMs ?? null;
  }
}

const between = (startMs: number | null, endMs: number | null): number | null =>
  startMs === null || endMs === null ? null : endMs - startMs;

async function joined(world: World, chronicle: Chronicle, air: Air) {
  const names = world.nodeNames;
  const joiner = names.at(-1) as string;
  const holds = (version: number) => () =>
    names.every((name) => !world.isOn(name) || world.rosterVersion(name) >= version);
  for (const [at, name] of names.slice(0, -1).entries()) {
    await world.join(name, LIMIT_MS);
    await world.until(holds(at + 1), LIMIT_MS, 'all hold the list');
  }
  await world.clock.advance(REST_MS);
  const startMs = world.clock.now();
  await world.join(joiner, LIMIT_MS);
  await world.until(holds(names.length), LIMIT_MS, 'all hold the list');
  const endMs = world.clock.now();
  await world.clock.advance(REST_MS);
  const signedMs =
    chronicle.tpm().find((entry) => entry.startMs >= startMs && entry.operation === 'sign')
      ?.endMs ?? null;
  const otherMs =
    signedMs === null ? null : chronicle.openedMs(names[0] as string, 'roster.delta', signedMs);
  const { airtimeMs, bytes } = air.since(startMs);
  return {
    joiner,
    joinMs: endMs - startMs,
    masterKeyMs: between(startMs, chronicle.openedMs(joiner, 'J4', startMs)),
    joinOtherMs: between(signedMs, otherMs),
    joinAirtimeMs: airtimeMs,
    joinBytes: bytes,
  };
}

async function keyed(
  world: World,
  chronicle: Chronicle,
  air: Air,
  { joiner, mode }: { joiner: string; mode: KtcMode },
) {
  const startMs = world.clock.now();
  const peer = world.nodeNames[0] as string;
  const confirmed = (name: string) => chronicle.toldMs(name, 'session.confirmed', startMs) !== null;
  const { actor } = world.node(joiner);
  const peerAddress = world.address(peer);
  for (let attempt = 0; attempt < ATTEMPTS && !confirmed(joiner); attempt += 1) {
    // Past the moment at which the last attempt failed.
    if (attempt > 0) await world.clock.advance(REST_MS);
    const sinceMs = world.clock.now();
    actor.send({ type: 'session.request', peer: peerAddress, mode });
    await world.until(
      () =>
        (confirmed(joiner) && confirmed(peer)) || chronicle.failedRunMs(joiner, sinceMs) !== null,
      LIMIT_MS,
      'a session is confirmed',
    );
  }
  await world.clock.advance(REST_MS);
  const [asked, answer] =
    mode === 'direct' ? (['K2.direct', 'K4'] as const) : (['ticket', 'K3.indirect'] as const);
  const askedMs = chronicle.askedMs(joiner, 'createSessionKey', startMs);
  const establishedMs = chronicle.openedMs(joiner, answer, startMs);
  const works = (operation: string) =>
    chronicle.tpm().filter((entry) => entry.startMs >= startMs && entry.operation === operation);
  const otherMs =
    mode === 'direct' ? chronicle.openedMs('CE', 'K3.direct', startMs) : establishedMs;
  // A delivery before, which nothing answered, belongs to an attempt that failed.
  const takenMs =
    otherMs === null
      ? null
      : chronicle.lastOpenedMs(peer, asked, { sinceMs: startMs, untilMs: otherMs });
  const wrappedMs = works('createSessionKey')[0]?.endMs ?? null;
  const translatedMs = works('translate').findLast(({ endMs }) => endMs <= (takenMs ?? 0))?.endMs;
  const k1Ms = air.firstMs(joiner, wrappedMs);
  const k2Ms = air.firstMs(mode === 'direct' ? 'CE' : joiner, translatedMs ?? null);
  const { airtimeMs, bytes, energyMj } = air.since(startMs);
  const centerMs =
    mode === 'direct' ? establishedMs : chronicle.openedMs(joiner, 'K2.indirect', startMs);
  return {
    keyMs: between(askedMs, establishedMs),
    keyCenterMs: between(k1Ms, centerMs),
    keyOtherMs: between(k2Ms, otherMs),
    confirmMs: between(establishedMs, chronicle.openedMs(joiner, 'C2', startMs)),
    keyAirtimeMs: airtimeMs,
    keyBytes: bytes,
    keyEnergyMj: energyMj,
  };
}
