import { beforeAll, describe, expect, test } from 'vitest';
import { PAPER } from '../../protocol/paper.ts';
import { exampleRun } from '../../test/web/example-run.ts';
import type { InspectEvent, MessageSeen } from '../../transports/inspect/interface.ts';
import { type Actor, Past, stateText } from './actors.ts';
import { Incremental } from './incremental.ts';
import { Journal, placeOf } from './journal.ts';
import { causedBy, fateOf, fieldsOf, Openings } from './messages.ts';
import { followNetwork, networkRows, noNetwork, places } from './network.ts';
import { sequence } from './sequence.ts';
import { followTpm, noTpmWork } from './tpm-work.ts';
import { trees } from './tree.ts';
import { besidePaper, partition, runs } from './waterfall.ts';

let events: InspectEvent[];
let journal: Journal;
let openings: Openings;

beforeAll(async () => {
  events = await exampleRun();
  journal = new Journal();
  for (let at = 0; at < events.length; at += 7) journal.add(events.slice(at, at + 7));
  openings = new Openings();
  openings.read(journal.happenings, 0);
});

const at = (atMs: number): number => placeOf(journal.happenings, atMs + 1e-6);
const actorsAt = (atMs = Number.POSITIVE_INFINITY) =>
  new Past().after(journal.happenings, at(atMs));
const actor = (device: string, name: string, atMs?: number): Actor => {
  const found = [...actorsAt(atMs).values()].filter(
    (each) => each.device === device && each.name === name,
  );
  return found.at(-1) ?? expect.fail(`no ${device} ${name}`);
};
const message = (name: string): MessageSeen =>
  journal.messages.find((each) => each.name === name) ?? expect.fail(`no ${name}`);

/** Every state of an actor, in order. */
const states = (device: string, name: string): string[] => {
  const past = new Past();
  const seen: string[] = [];
  for (let count = 1; count <= journal.happenings.length; count += 1) {
    const its = [...past.after(journal.happenings, count).values()];
    const found = its.find((each) => each.device === device && each.name === name);
    const state = stateText(found?.value ?? null);
    if (state !== '' && state !== seen.at(-1)) seen.push(state);
  }
  return seen;
};

describe('actors', () => {
  test('a join goes through its states in the order of the chart', () => {
    const order = ['preparing', 'requesting', 'presenting', 'activating', 'adopting', 'confirming'];
    expect(states('N1', 'join')).toEqual([...order, 'joined']);
  });

  test('the past is the same from whichever side one comes to it', () => {
    const past = new Past();
    const all = journal.happenings.length;
    const counts = [900, 40, all - 90, all, all - 89, 7, 900];
    for (const count of counts)
      expect([...past.after(journal.happenings, count)]).toEqual([
        ...new Past().after(journal.happenings, count),
      ]);
  });

  test('what comes late takes its place in time, and the past is told anew', () => {
    const [late, early] = [new Journal(), new Past()];
    const missing = events.find(({ type }) => type === '@xstate.actor') as InspectEvent;
    late.add(events.filter((event) => event !== missing));
    early.after(late.happenings, late.happenings.length);
    late.changedFrom = Number.POSITIVE_INFINITY;
    late.add([missing]);
    early.forget(late.changedFrom);
    const count = late.happenings.length;
    expect([...early.after(late.happenings, count)]).toEqual([
      ...new Past().after(late.happenings, count),
    ]);
    const moments = late.happenings.map(({ atMs }) => atMs);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
  });

  test('who lives, and what holds, is known when the time of its beginning has gone', () => {
    const long = new Journal();
    long.add(events);
    const busy = journal.happenings.find(({ type }) => type === '@xstate.event') as InspectEvent;
    const lastMs = long.lastMs;
    for (let at = 0; at < 80; at += 1)
      long.add(Array.from({ length: 1_000 }, () => ({ ...busy, atMs: lastMs + at }) as never));
    expect(long.happenings.length).toBeLessThanOrEqual(60_000);
    const count = long.happenings.length;
    const living = (from: Journal) =>
      [...new Past().after(from.happenings, from.happenings.length).values()]
        .filter(({ endedMs, definition }) => endedMs === null && definition !== null)
        .map(({ id, definition, value, context }) => ({ id, definition, value, context }));
    const inOrder = (all: ReturnType<typeof living>) => all.sort((a, b) => (a.id < b.id ? -1 : 1));
    expect(living(long).length).toBeGreaterThan(5);
    expect(inOrder(living(long))).toEqual(inOrder(living(journal)));
    const { addresses, sessions } = new Incremental(noNetwork, followNetwork).after(
      long.happenings,
      count,
    );
    expect([addresses.get(2), addresses.get(3)]).toEqual(['N1', 'N2']);
    expect([...sessions.values()]).toEqual(['confirmed']);
    const moments = long.happenings.map(({ atMs }) => atMs);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
  });

  test('a machine that waits says for what, and until when', () => {
    const { movedMs } = actor('N1', 'join', message('J1').endMs);
    expect(actor('N1', 'join', movedMs).timers).toMatchObject([{ name: 'reply' }]);
    const joined = actor('N1', 'join');
    expect(joined).toMatchObject({
      status: 'done',
      before: 'confirming',
      event: 'request.acknowledged',
    });
  });

  test('the tree shows each device, who lives first, and counts who has ended', () => {
    const [center, first] = trees(actorsAt(), { search: '', ended: 2, all: false });
    expect(center?.rows[0]).toMatchObject({ name: 'CE', depth: 0, state: 'running' });
    expect(center?.rows[1]).toMatchObject({ name: 'tpm', depth: 1 });
    expect(center?.hidden).toBeGreaterThan(3);
    expect(first?.rows.filter(({ health }) => health === 'done')).toHaveLength(2);
    const found = trees(actorsAt(), { search: 'joined', ended: 9, all: false });
    expect(found.flatMap(({ rows }) => rows.map(({ name }) => name))).toEqual([
      expect.stringMatching(/^join/),
      expect.stringMatching(/^join/),
      'join',
      'join',
    ]);
  });
});

describe('messages', () => {
  test('stand between lanes in the order they were begun', () => {
    const { lanes, rows } = sequence(journal.messages, { nowMs: 1e9, device: null, search: '' });
    expect(lanes).toEqual(['CE', 'N1', 'N2']);
    const said = rows.map(({ message: { name } }) => name);
    expect(said.slice(0, 7)).toEqual(['J1', 'J2', 'J3', 'J4', 'J5', 'ack', 'roster.delta']);
    expect(rows[0]).toMatchObject({ from: 1, to: 0 });
    expect(rows[6]).toMatchObject({ from: 0, to: -1 });
    const ofN2 = sequence(journal.messages, { nowMs: 1e9, device: 'N2', search: 'j' });
    expect(ofN2.rows.map(({ message: { name } }) => name)).toEqual(['J1', 'J2', 'J3', 'J4', 'J5']);
  });

  test('are in flight, then authenticated, then cause a transition', () => {
    const j4 = message('J4');
    expect(fateOf(j4, openings, j4.atMs + 1)).toEqual({ is: 'in flight' });
    expect(fateOf(j4, openings, j4.endMs + 1)).toEqual({ is: 'authenticated' });
    const cause = causedBy(j4, openings, journal.happenings);
    expect(cause).toMatchObject({ device: 'N1', event: { type: 'membership.granted' } });
    expect(cause?.snapshot.value).toBe('activating');
  });

  test('say what whoever opened them read, bytes only counted', () => {
    const fields = fieldsOf(message('J4'), openings);
    expect(fields).toContainEqual({ name: 'suite', value: 'p256', part: 'sealed' });
    expect(fields).toContainEqual({ name: 'idObject', value: '‹52 B›', part: 'sealed' });
    expect(fieldsOf(message('J1'), openings)).toContainEqual({
      name: 'epoch',
      value: '1',
      part: 'clear',
    });
  });

  test('that nobody answered wait, and those refused say why', () => {
    const lost = { ...message('J4'), to: 'N9', acks: 0 };
    expect(fateOf(lost, openings, 1e9)).toEqual({ is: 'waiting' });
    const refusals = new Openings();
    const it = {
      ...(journal.happenings[0] as object),
      type: '@xstate.event',
      device: 'N1',
      atMs: lost.atMs,
    };
    const event = { type: 'message.refused', name: 'J4', reason: 'tag' };
    refusals.read([{ ...it, event } as never], 0);
    expect(fateOf(message('J4'), refusals, 1e9)).toEqual({ is: 'refused', reason: 'tag' });
  });
});

describe('where time goes', () => {
  const all = () => {
    const tpm = new Incremental(noTpmWork, followTpm).after(journal.happenings, at(1e9));
    const network = new Incremental(noNetwork, followNetwork).after(journal.happenings, at(1e9));
    const deviceOf = (address: number) => network.addresses.get(address) ?? null;
    return runs(
      {
        actors: actorsAt(),
        messages: journal.messages,
        tpm: tpm.spans,
        deviceOf,
        nowMs: 1e9,
        device: null,
      },
      40,
    );
  };

  test('every millisecond of a run is told once', () => {
    const titles = all().map(({ device, title }) => `${device} ${title}`);
    expect(titles).toEqual(
      expect.arrayContaining(['N1 join', 'N1 key distribution with N2', 'N1 confirm with N2']),
    );
    for (const { startMs, endMs, segments, totals } of all()) {
      const { tpmMs, airtimeMs, turnaroundMs, peerMs, waitingMs } = totals;
      const told = tpmMs + airtimeMs + turnaroundMs + peerMs + waitingMs;
      expect(told).toBeCloseTo(endMs - startMs, 6);
      expect(segments[0]?.startMs).toBe(startMs);
      segments.slice(1).forEach((each, i) => {
        expect(each.startMs).toBe(segments[i]?.endMs);
      });
    }
  });

  test('a join is TPM work and airtime before it is anything else', () => {
    const join = all().find(({ device, title }) => device === 'N1' && title === 'join');
    const { tpmMs, airtimeMs, waitingMs } = join?.totals ?? expect.fail();
    expect(tpmMs).toBeGreaterThan(400);
    expect(airtimeMs).toBeGreaterThan(400);
    expect(waitingMs).toBeLessThan(airtimeMs);
    expect(join?.segments.map(({ what }) => what)).toContain('N1 activateCredential');
  });

  test('of two at once what the device itself does is told, and the link before both', () => {
    const claim = (on: 'air' | 'tpm' | 'peer', startMs: number, endMs: number) => ({
      ...{ on, startMs, endMs, what: on },
    });
    const parts = partition([claim('peer', 0, 8), claim('tpm', 2, 6), claim('air', 4, 7)], 0, 10);
    expect(parts.map(({ on, endMs }) => `${on} ${endMs}`)).toEqual([
      ...['peer 2', 'tpm 4', 'air 7', 'peer 8', 'waiting 10'],
    ]);
  });

  test('stands beside Table 2', () => {
    const [join, paper] = besidePaper(actorsAt(), PAPER);
    expect(paper?.seconds).toEqual([44.7, 44.7, 1.12]);
    for (const seconds of join?.seconds.slice(0, 2) ?? []) expect(seconds).toBeLessThan(3);
    expect(join?.seconds[2]).toBeNull();
  });
});

test('the network shows who is member, how each is heard, shared keys and readings', () => {
  const network = new Incremental(noNetwork, followNetwork).after(journal.happenings, at(1e9));
  const rows = networkRows(actorsAt(), network);
  expect(rows.map(({ device, address }) => [device, address])).toEqual([
    ['CE', 1],
    ['N1', 2],
    ['N2', 3],
  ]);
  const [, first] = rows;
  expect(first).toMatchObject({
    state: 'running.member',
    sessions: [{ peer: 'N2', is: 'confirmed' }],
  });
  expect(first?.hearing?.rssiDbm).toBeLessThan(0);
  expect(first?.readings[0]?.reading.pressurePa).toBeGreaterThan(90_000);
  expect(first?.duty?.leftMs).toBeGreaterThan(0);
  expect(places(rows).map(({ x, y }) => Math.round(Math.hypot(x, y)))).toEqual([0, 1, 1]);
});
