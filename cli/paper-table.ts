import { PAPER } from '../protocol/paper.ts';
import type { Chronicle } from '../simulations/chronicle.ts';
import type { MainJobResult } from '../simulations/main-job.ts';

type Busy = Readonly<Record<'center' | 'requester' | 'other', number | null>>;

const mean = (values: readonly (number | null)[]): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
};

/** How long each party was busy with a procedure, beside what the paper measured. */
export const compareWithPaper = (result: MainJobResult, chronicle: Chronicle): string[] => {
  const rows = [
    line('', 'CE', 'N1, requesting', 'N2 and others'),
    row('join, paper', PAPER.join),
    row('join, here', joinBusy(result, chronicle)),
    row('key distribution, paper', PAPER.key),
    row('key distribution, here', keyBusy(result, chronicle)),
  ];
  return ['', 'Busy time, mean seconds, beside Table 2 of the paper', ...rows, ''];
};

/** The center and the joiner work until J4 is opened; the others get the new list. */
function joinBusy({ joins }: MainJobResult, chronicle: Chronicle): Busy {
  const whole = mean(joins.map(({ ms }) => ms));
  const lists = chronicle.air().filter(({ message }) => message === 'roster.delta');
  const heard = lists.map(({ startMs }, at) => {
    const untilMs = lists[at + 1]?.startMs ?? Number.POSITIVE_INFINITY;
    const takenMs = joins
      .map(({ node }) => chronicle.openedMs(node, 'roster.delta', startMs) ?? untilMs)
      .filter((ms) => ms < untilMs);
    return takenMs.length === 0 ? null : Math.min(...takenMs) - startMs;
  });
  return { center: whole, requester: whole, other: mean(heard) };
}

/** From the first bit of what it is asked until the last bit of its answer. */
function keyBusy({ sessions }: MainJobResult, chronicle: Chronicle): Busy {
  const air = chronicle.air();
  const spans = (first: readonly string[], last: readonly string[]): (number | null)[] =>
    air
      .filter(({ message }) => message !== null && first.includes(message))
      .map(({ startMs }) => {
        const end = air.find((row) => row.startMs >= startMs && last.includes(row.message ?? ''));
        return end === undefined ? null : end.endMs - startMs;
      });
  return {
    center: mean(spans(['K1'], ['K4', 'K2.indirect'])),
    requester: mean(sessions.map(({ ms }) => ms)),
    other: mean(spans(['K2.direct', 'ticket'], ['K3.direct', 'K3.indirect'])),
  };
}

const seconds = (ms: number | null): string => (ms === null ? '–' : (ms / 1000).toFixed(2));
const row = (name: string, busy: Busy): string => {
  const scale = name.endsWith('paper') ? 1000 : 1;
  const [center, requester, other] = [busy.center, busy.requester, busy.other].map((value) =>
    seconds(value === null ? null : value * scale),
  );
  return line(name, center as string, requester as string, other as string);
};
const line = (name: string, ...columns: string[]): string =>
  `  ${name.padEnd(24)}${columns.map((column) => column.padStart(16)).join('')}`;
