import { Subject, Subscription, take } from 'rxjs';
import { expect, test } from 'vitest';
import { HeapClock } from '../../simulations/heap-clock.ts';
import type { Burst } from './burst.ts';
import { unlimited } from './duty-cycle-grants.ts';
import type { Ending } from './ending.ts';
import { Absences } from './rate-absence.ts';
import { Turn } from './turn.ts';

const PEER = 2;
const burst: Burst = { dst: PEER, steps: [], airtimeMs: 20, carrying: () => null };

/** A burst of which the test decides what it waits for, and a transcript of its way. */
const rig = () => {
  const clock = new HeapClock();
  const absences = new Absences(clock);
  const lines: string[] = [];
  const note = (what: string): void => void lines.push(`${clock.now()} ${what}`);
  const waiting = new Set<Turn>();
  const clear = new Subject<void>();
  let leave: Ending | null = null;
  let isOurs = true;
  let heardMeanwhile = (): void => {};
  let looking = Subscription.EMPTY;
  const access = {
    clear: (_: unknown, ending: Ending): void => {
      note('look');
      const complete = (): void => ending.complete();
      looking = clear.pipe(take(1)).subscribe({ next: complete, error: ending.error });
    },
    leave: (): void => {
      note('seen');
      looking.unsubscribe();
    },
  };
  const turn = new Turn(
    {
      burst,
      purpose: 'normal',
      observer: { next: () => {}, complete: () => {}, error: (fault) => note(`${fault}`) },
    },
    {
      ...{ clock, absences, waiting, access },
      grants: {
        ...unlimited,
        leave: (_, ending) => {
          leave = ending;
          return { await: () => note('await'), giveUp: () => note('give up') };
        },
      },
      messages: () => 1,
      catchUp: () => heardMeanwhile(),
      isOurs: () => isOurs,
      say: () => {
        note('say');
        return { begin: () => {}, leaveOff: () => note('leave off') };
      },
    },
  );
  return {
    ...{ clock, absences, turn, waiting, clear, lines },
    leave: () => leave as unknown as Ending,
    be: (ours: boolean): void => {
      isOurs = ours;
      turn.look();
    },
    onCatchUp: (heard: () => void): void => {
      heardMeanwhile = heard;
    },
  };
};

test('leave, the air, the peer and the channel are waited for, in this order', async () => {
  const { clock, absences, turn, clear, leave, be, lines, waiting } = rig();
  be(false);
  absences.note(PEER, 40);
  turn.begin();
  await clock.advance(10);
  leave().complete();
  await clock.advance(10);
  be(true);
  await clock.advance(30);
  expect(waiting).toEqual(new Set([turn]));
  clear.next();
  expect(lines).toEqual(['0 await', '40 look', '50 seen', '50 give up', '50 say']);
  expect(waiting.size).toBe(0);
});

test('where the air is taken the channel is given up, and looked at anew when it is ours', async () => {
  const { turn, leave, be, clear, lines } = rig();
  turn.begin();
  leave().complete();
  be(false);
  be(false);
  expect([lines.slice(1), clear.observed]).toEqual([['0 look', '0 seen'], false]);
  be(true);
  clear.next();
  expect(lines.slice(3)).toEqual(['0 look', '0 seen', '0 give up', '0 say']);
});

test('a peer that leaves while the channel is looked at is waited for too, once', async () => {
  const { clock, absences, turn, clear, leave, lines } = rig();
  turn.begin();
  leave().complete();
  absences.note(PEER, 50);
  clear.next();
  await clock.advance(60);
  absences.note(PEER, 500);
  clear.next();
  expect(lines.slice(1)).toEqual(['0 look', '50 look', '60 seen', '60 give up', '60 say']);
});

test('where what was heard ended it, nothing is looked at', () => {
  const { turn, leave, onCatchUp, lines } = rig();
  onCatchUp(() => turn.withdraw());
  turn.begin();
  leave().complete();
  expect(lines).toEqual(['0 await', '0 give up']);
});

test('withdrawn in each state it waits for nothing any more', async () => {
  const [atLeave, atAir, atPeer, atChannel, begun] = Array.from({ length: 5 }, rig) as [
    ReturnType<typeof rig>,
    ReturnType<typeof rig>,
    ReturnType<typeof rig>,
    ReturnType<typeof rig>,
    ReturnType<typeof rig>,
  ];
  atAir.be(false);
  atPeer.absences.note(PEER, 40);
  for (const { turn } of [atLeave, atAir, atPeer, atChannel, begun]) turn.begin();
  for (const { leave } of [atAir, atPeer, atChannel, begun]) leave().complete();
  begun.clear.next();
  for (const { turn } of [atLeave, atAir, atPeer, atChannel, begun]) turn.withdraw();
  atAir.be(true);
  await atPeer.clock.advance(100);
  expect(atLeave.lines).toEqual(['0 await', '0 give up']);
  expect(atAir.lines).toEqual(['0 await', '0 give up']);
  expect(atPeer.lines).toEqual(['0 await', '0 give up']);
  expect(atChannel.lines).toEqual(['0 await', '0 look', '0 seen', '0 give up']);
  expect(begun.lines.slice(-2)).toEqual(['0 say', '0 leave off']);
  for (const { waiting } of [atLeave, atAir, atPeer, atChannel, begun])
    expect(waiting.size).toBe(0);
});

test('leave that never comes, and a channel that cannot be looked at, are its faults', () => {
  const [noLeave, noChannel] = [rig(), rig()];
  noLeave.turn.begin();
  noLeave.leave().error(new Error('never'));
  noChannel.turn.begin();
  noChannel.leave().complete();
  noChannel.clear.error(new Error('closed'));
  expect(noLeave.lines.at(-1)).toBe('0 Error: never');
  expect(noChannel.lines.at(-1)).toBe('0 Error: closed');
  expect([noLeave.waiting.size, noChannel.waiting.size]).toEqual([0, 0]);
});
