import type { MessageName } from '../../protocol/messages.ts';
import type { Chronicle, Entry } from '../../simulations/chronicle.ts';
import type { JoinResult, SessionResult, Step } from '../../simulations/main-job.ts';
import type { DemoRun } from './run.ts';

/** A message on its way: from its first bit on air until its receiver had opened it. */
export interface Arrow {
  readonly name: MessageName;
  readonly bytes: number;
  readonly from: string;
  readonly to: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** A TPM at work. */
export interface Bar {
  readonly device: string;
  readonly operation: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Something reached, and from when on that was measured. */
export interface Mark {
  readonly device: string;
  readonly sinceMs: number;
  readonly atMs: number;
  readonly what: string;
}

/** A step of the demo as a sequence; times count from the step's first moment. */
export interface Scene {
  readonly title: string;
  /** What it took of the air. */
  readonly spent: string;
  readonly arrows: readonly Arrow[];
  readonly bars: readonly Bar[];
  readonly marks: readonly Mark[];
}

const JOIN: readonly string[] = ['J1', 'J2', 'J3', 'J4', 'J5', 'ack', 'roster.delta'];
const SESSION: readonly string[] = [
  ...['peer.query', 'peer.info', 'K1', 'K2.direct', 'K3.direct', 'K4'],
  ...['C1', 'C2', 'data'],
];

/** The first join and the first session of a run with P-256, direct. */
export const demoScenes = ({
  result,
  steps,
  chronicle,
}: DemoRun): readonly [join: Scene, session: Scene] => {
  const step = (title: RegExp): Step => steps.find((step) => title.test(step.title)) as Step;
  return [
    joinScene(chronicle, step(/^N1 joins/), result.joins[0] as JoinResult),
    sessionScene(chronicle, step(/^N1 gets a session key/), result.sessions[0] as SessionResult),
  ];
};

const joinScene = (chronicle: Chronicle, step: Step, { ms, ...took }: JoinResult): Scene => {
  const shown = sequence(chronicle, step, { lanes: ['N1', 'CE'], names: JOIN });
  const grantedMs = shown.opened('J4');
  const memberMs = (chronicle.toldMs('N1', 'node.joined', step.startMs) as number) - step.startMs;
  return {
    ...shown,
    title: 'N1 joins',
    spent: onAir(took),
    marks: [
      mark('N1', grantedMs, `join ${inSeconds(ms)}`, ms),
      mark('N1', memberMs, 'member', memberMs - grantedMs),
    ],
  };
};

const sessionScene = (chronicle: Chronicle, step: Step, session: SessionResult): Scene => {
  const shown = sequence(chronicle, step, { lanes: ['N1', 'CE', 'N2'], names: SESSION });
  const { ms, confirmMs } = session;
  return {
    ...shown,
    title: 'N1 gets a session key for N2 through the CE',
    spent: onAir(session),
    marks: [
      mark('N1', shown.opened('K4'), `key ${inSeconds(ms)}`, ms),
      mark('N1', shown.opened('C2'), `confirmed ${inSeconds(confirmMs)}`, confirmMs),
      mark('N2', shown.opened('data'), 'proven', 0),
    ],
  };
};

/** What of a step is drawn, of these devices and messages. */
const sequence = (
  chronicle: Chronicle,
  { startMs, entries }: Step,
  { lanes, names }: { lanes: readonly string[]; names: readonly string[] },
) => {
  const since = (atMs: number): number => atMs - startMs;
  const arrowsOf = (entry: Entry): Arrow[] => {
    if (entry.kind !== 'air' || !names.includes(entry.message ?? '')) return [];
    const { from, bytes } = entry;
    const name = entry.message as MessageName;
    const receivers = entry.to === 'all' ? lanes.filter((lane) => lane !== from) : [entry.to];
    return receivers.map((to) => {
      const openedMs = chronicle.openedMs(to, name, entry.startMs) ?? entry.endMs;
      return { name, bytes, from, to, startMs: since(entry.startMs), endMs: since(openedMs) };
    });
  };
  const arrows = entries.flatMap(arrowsOf);
  const bars = entries.flatMap((entry) =>
    entry.kind === 'tpm' && lanes.includes(entry.device)
      ? [{ ...entry, startMs: since(entry.startMs), endMs: since(entry.endMs) }]
      : [],
  );
  const opened = (message: MessageName): number =>
    (arrows.find(({ name }) => name === message) as Arrow).endMs;
  return { arrows, bars, opened };
};

const mark = (device: string, atMs: number, what: string, tookMs: number | null): Mark => ({
  device,
  sinceMs: atMs - (tookMs ?? 0),
  atMs,
  what,
});

const inSeconds = (ms: number | null): string => `${((ms ?? Number.NaN) / 1000).toFixed(2)} s`;

const onAir = ({ bytes, frames }: { bytes: number; frames: number }): string =>
  `${bytes} B on air, in ${frames} frames`;
