import { CenterRecords, type LabelRecord } from '../../actors/center/records.ts';
import { toHex } from '../../protocol/bytes.ts';
import { TiesError } from '../../protocol/errors.ts';
import { shortDevId } from '../../protocol/identity.ts';
import { type Label, parseLabel } from '../../protocol/label.ts';
import { EMPTY_ROSTER, type Roster } from '../../protocol/roster.ts';
import type { CenterDevice } from '../device.ts';
import {
  type Answers,
  flushAnswer,
  inspectAnswer,
  labelAnswer,
  onlyNode,
  ownStatus,
  requireRunning,
  type Sources,
} from './answers.ts';
import { JoinWindow } from './join-window.ts';
import { decided } from './news.ts';

/** The TPM counts as stalled after 90 s, and then says so. */
const ADMISSION_LIMIT_MS = 100_000;

interface Admission {
  readonly reason: string | null;
  readonly advice?: string | null;
}

/** What the Central Entity does on request. */
export const centerAnswers = (device: CenterDevice, sources: Sources): Answers => {
  const { clock, store } = sources;
  const startedMs = clock.now();
  const records = new CenterRecords(store);
  const window = new JoinWindow(clock, (isOpen) =>
    device.actor.send({ type: isOpen ? 'window.open' : 'window.close' }),
  );
  const roster = (): Roster => store.get<Roster>('roster') ?? EMPTY_ROSTER;
  /** News of an admission names no label, so there is one at a time. */
  let latest: Promise<unknown> = Promise.resolve();

  const admit = async (label: Label): Promise<object> => {
    const outcome = await decided<Admission>(sources, {
      act: () => device.actor.send({ type: 'label.admit', label }),
      decide: (news) =>
        news.type === 'label.admitted'
          ? { reason: null }
          : news.type === 'label.refused'
            ? (news as unknown as Admission)
            : null,
      limitMs: ADMISSION_LIMIT_MS,
    });
    if (outcome?.reason === null) return { devId: toHex(label.devId) };
    throw new TiesError(
      'CONTROL_ADMISSION',
      outcome === null
        ? 'The label was not admitted in time: see the log of the center, and try again.'
        : `The label was not admitted (${outcome.reason}). ${outcome.advice ?? ''}`.trim(),
    );
  };

  return {
    status: () => ({
      ...ownStatus(device, sources, startedMs),
      rosterVersion: roster().version,
      windowS: window.remainingS,
    }),
    nodes: () => {
      const { version, entries } = roster();
      const listed = new Set(entries.map(({ address }) => address));
      const waiting = store
        .entries<LabelRecord>('label/')
        .filter(([, { address }]) => !listed.has(address))
        .map(([, { address, devId }]) => ({
          address,
          devId: toHex(shortDevId(devId)),
          state: records.member(address) === undefined ? 'admitted' : 'joined',
        }));
      const members = entries.map((entry) => ({ ...entry, devId: toHex(entry.devId) }));
      return { version, nodes: [...members, ...waiting] };
    },
    label: () => labelAnswer(sources),
    inspect: (request) => inspectAnswer(sources, request),
    admit: ({ label: text }) => {
      requireRunning(device);
      const label = parseLabel(text);
      const turn = latest.then(() => admit(label));
      latest = turn.catch(() => undefined);
      return turn;
    },
    'window.open': ({ forS }) => {
      requireRunning(device);
      window.open(forS);
      return { windowS: window.remainingS };
    },
    'window.close': () => {
      requireRunning(device);
      window.close();
      return { windowS: 0 };
    },
    'session.request': onlyNode,
    'trace.flush': () => flushAnswer(sources.recording),
  };
};
