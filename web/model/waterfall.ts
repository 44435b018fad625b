import type { MessageSeen } from '../../transports/inspect/interface.ts';
import { type Actor, type Actors, type Health, healthOf } from './actors.ts';
import { placeOf } from './journal.ts';
import type { TpmSpan } from './tpm-work.ts';

/** What time is spent on; of two at once the first of these is told. */
export const SPENT_ON = ['air', 'tpm', 'peer', 'waiting'] as const;
export type SpentOn = (typeof SPENT_ON)[number];

export interface Segment {
  readonly on: SpentOn;
  readonly startMs: number;
  readonly endMs: number;
  /** The message or the operation. */
  readonly what: string;
}

/** Where the time of a protocol run went. */
export interface Totals {
  readonly queueMs: number;
  readonly tpmMs: number;
  readonly airtimeMs: number;
  /** On the link and not on the air: acknowledgements to come, turnarounds, access to the channel. */
  readonly turnaroundMs: number;
  readonly peerMs: number;
  readonly waitingMs: number;
}

export interface Run {
  readonly id: string;
  readonly device: string;
  /** `join`, `key request` …, and with whom. */
  readonly title: string;
  readonly chart: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly health: Health;
  readonly segments: readonly Segment[];
  readonly totals: Totals;
}

/** Charts whose runs are shown, with the name of what they do. */
const TITLES: Readonly<Record<string, string>> = {
  'join.node': 'join',
  'ktc.requester': 'key distribution',
  'confirm.initiator': 'confirm',
  'rejoin.node': 'rejoin',
  'leave.node': 'leave',
};

const CHART = /"id":"([^"]+)"/;
/** The id of a chart; its config begins with it. */
export const chartId = ({ definition }: Actor): string | null =>
  definition === null ? null : (CHART.exec(definition)?.[1] ?? null);

export interface RunSources {
  readonly actors: Actors;
  readonly messages: readonly MessageSeen[];
  readonly tpm: readonly TpmSpan[];
  /** Who has which address on the link. */
  readonly deviceOf: (address: number) => string | null;
  readonly nowMs: number;
  readonly device: string | null;
}

/** The latest protocol runs, the last first. */
export const runs = (sources: RunSources, most: number): Run[] => {
  const { actors, device, nowMs } = sources;
  const shown = [...actors.values()].filter(
    (actor) =>
      TITLES[chartId(actor) ?? ''] !== undefined &&
      (device === null || actor.device === device) &&
      actor.beganMs <= nowMs,
  );
  shown.sort((a, b) => b.beganMs - a.beganMs);
  return shown.slice(0, most).map((actor) => runOf(actor, sources));
};

const runOf = (actor: Actor, sources: RunSources): Run => {
  const { messages, tpm, deviceOf, nowMs } = sources;
  const chart = chartId(actor) as string;
  const peer = deviceOf(Number(actor.name.split('.').at(-1)));
  const [startMs, endMs] = [actor.beganMs, actor.endedMs ?? nowMs];
  const isParty = (name: string): boolean =>
    name === actor.device || name === 'CE' || name === peer;
  const said = messages
    .slice(placeOf(messages, startMs), placeOf(messages, endMs))
    .filter(({ device, to }) => isParty(device) && isParty(to));
  const worked = tpm.filter(
    (span) => isParty(span.device) && span.startMs < endMs && (span.endMs ?? nowMs) > startMs,
  );
  const claims = [
    ...said.map((message) => ({
      on: 'air' as const,
      startMs: message.atMs,
      endMs: message.endMs,
      what: `${message.name ?? '?'} ${message.device} → ${message.to}`,
    })),
    ...worked.map((span) => ({
      on: span.device === actor.device ? ('tpm' as const) : ('peer' as const),
      startMs: span.startMs,
      endMs: span.endMs ?? nowMs,
      what: `${span.device} ${span.operation}`,
    })),
  ];
  const segments = partition(claims, startMs, endMs);
  return {
    ...{ id: actor.id, device: actor.device, chart, startMs, endMs, segments },
    title: `${TITLES[chart]}${peer === null ? '' : ` with ${peer}`}`,
    health: healthOf(actor),
    totals: totalsOf(
      segments,
      said,
      worked.filter(({ device }) => device === actor.device),
    ),
  };
};

/** A span of time cut into pieces, each of what it was spent on. */
export const partition = (
  claims: readonly Segment[],
  startMs: number,
  endMs: number,
): Segment[] => {
  const cuts = claims.flatMap((claim) => [claim.startMs, claim.endMs]);
  const inside = cuts.filter((atMs) => atMs > startMs && atMs < endMs);
  const bounds = [...new Set([startMs, ...inside, endMs])].sort((a, b) => a - b);
  const segments: Segment[] = [];
  bounds.slice(1).forEach((untilMs, at) => {
    const fromMs = bounds[at] as number;
    const here = claims.filter((claim) => claim.startMs < untilMs && claim.endMs > fromMs);
    here.sort((a, b) => SPENT_ON.indexOf(a.on) - SPENT_ON.indexOf(b.on));
    const { on, what } = here[0] ?? { on: 'waiting' as const, what: '' };
    const last = segments.at(-1);
    if (last?.on === on && last.what === what)
      segments[segments.length - 1] = { ...last, endMs: untilMs };
    else segments.push({ on, what, startMs: fromMs, endMs: untilMs });
  });
  return segments;
};

const sum = (values: readonly number[]): number => values.reduce((total, each) => total + each, 0);

const totalsOf = (
  segments: readonly Segment[],
  said: readonly MessageSeen[],
  worked: readonly TpmSpan[],
): Totals => {
  const spent = (on: SpentOn): number =>
    sum(segments.filter((each) => each.on === on).map(({ startMs, endMs }) => endMs - startMs));
  const onLinkMs = spent('air');
  const airtimeMs = Math.min(onLinkMs, sum(said.map((message) => message.airtimeMs)));
  return {
    queueMs: sum(worked.map(({ askedMs, startMs }) => startMs - askedMs)),
    tpmMs: spent('tpm'),
    airtimeMs,
    turnaroundMs: onLinkMs - airtimeMs,
    peerMs: spent('peer'),
    waitingMs: spent('waiting'),
  };
};

/** Mean time of the runs of a chart that succeeded; null if none has. */
const meanMs = (actors: Actors, chart: string): number | null => {
  const done = [...actors.values()].filter(
    (actor) => chartId(actor) === chart && healthOf(actor) === 'done',
  );
  if (done.length === 0) return null;
  return sum(done.map(({ beganMs, endedMs }) => (endedMs as number) - beganMs)) / done.length;
};

/** Seconds of the Central Entity, of who requests and of the other node, in this order. */
export interface Comparison {
  readonly procedure: string;
  readonly seconds: readonly (number | null)[];
}

/** What each party's run of a procedure takes, in seconds, beside the paper's Table 2. */
export const besidePaper = (
  actors: Actors,
  paper: Readonly<
    Record<'join' | 'key', Readonly<Record<'center' | 'requester' | 'other', number>>>
  >,
): Comparison[] =>
  PROCEDURES.flatMap(({ procedure, key, charts }) => [
    {
      procedure: `${procedure}, here`,
      seconds: charts.map((chart) => {
        const ms = chart === null ? null : meanMs(actors, chart);
        return ms === null ? null : ms / 1000;
      }),
    },
    {
      procedure: `${procedure}, paper`,
      seconds: [paper[key].center, paper[key].requester, paper[key].other],
    },
  ]);

/** The charts of the three parties. A list that is broadcast has no run of its own. */
const PROCEDURES = [
  { procedure: 'join', key: 'join', charts: ['join.center', 'join.node', null] },
  {
    procedure: 'key distribution',
    key: 'key',
    charts: ['ktc.translator', 'ktc.requester', 'ktc.receiver'],
  },
] as const;
