import { beforeAll, describe, expect, test } from 'vitest';
import { draw } from './draw.ts';
import { figures, withFigures } from './figures.ts';
import { type DemoRun, runDemo } from './run.ts';
import { demoScenes, type Scene } from './scenes.ts';

let join: Scene;
let session: Scene;

let run: DemoRun;

beforeAll(async () => {
  run = await runDemo('p256', 'direct');
  [join, session] = demoScenes(run);
});

const sent = ({ arrows }: Scene): string[] =>
  arrows.map(({ from, to, name }) => `${from}→${to} ${name}`);

const whenOf = ({ arrows }: Scene, message: string) =>
  arrows.find(({ name }) => name === message) ?? expect.fail(`no ${message}`);

const tookMs = ({ marks }: Scene, what: string): number => {
  const { sinceMs, atMs } = marks.find((mark) => mark.what.startsWith(what)) ?? expect.fail(what);
  return atMs - sinceMs;
};

describe('the scenes of the demo', () => {
  test('show the messages of a join, a key distribution and a confirm, in their order', () => {
    const names = ['J1', 'J2', 'J3', 'J4', 'J5'];
    expect(sent(join)).toEqual([
      ...names.map((name, at) => `${at % 2 === 0 ? 'N1→CE' : 'CE→N1'} ${name}`),
      ...['CE→N1 ack', 'CE→N1 roster.delta'],
    ]);
    expect(sent(session)).toEqual([
      ...['N1→CE peer.query', 'CE→N1 peer.info', 'N1→CE K1', 'CE→N2 K2.direct', 'N2→CE K3.direct'],
      ...['CE→N1 K4', 'N1→N2 C1', 'N2→N1 C2', 'N1→N2 data'],
    ]);
  });

  test('say the times that the demo says, from the moments that are drawn', () => {
    const firstBitMs = whenOf(join, 'J1').startMs;
    expect(tookMs(join, 'join')).toBeCloseTo(whenOf(join, 'J4').endMs - firstBitMs, -1);
    const { startMs } =
      session.bars.find(({ operation }) => operation === 'createSessionKey') ?? expect.fail();
    const keyMs = whenOf(session, 'K4').endMs;
    expect(tookMs(session, 'key')).toBeCloseTo(keyMs - startMs, -1);
    expect(tookMs(session, 'confirmed')).toBeCloseTo(whenOf(session, 'C2').endMs - keyMs, -1);
  });

  test('have each TPM at work, and no work of a TPM that is not theirs', () => {
    expect(new Set(join.bars.map(({ device }) => device))).toEqual(new Set(['N1', 'CE']));
    expect(new Set(session.bars.map(({ device }) => device))).toEqual(new Set(['N1', 'CE', 'N2']));
  });
});

describe('the drawing', () => {
  const linesOf = (svg: string): number[][] =>
    [...svg.matchAll(/class="air" d="M([^"]+)"/g)].map(([, at]) =>
      (at as string).split(' ').map(Number),
    );

  test('lets each arrow fall as long as its message takes, on one scale', () => {
    const arrows = [...join.arrows, ...session.arrows];
    const lines = linesOf(draw([join, session], ''));
    expect(lines).toHaveLength(arrows.length + 1);
    const perMs = arrows.map(({ startMs, endMs }, at) => {
      const [, y1 = 0, , y2 = 0] = lines[at] ?? [];
      return (y2 - y1) / (endMs - startMs);
    });
    for (const scale of perMs) expect(scale).toBeCloseTo(perMs[0] as number, 2);
  });

  test('names what it draws, and has a place for all of it', () => {
    const svg = draw([join, session], 'how it was made');
    for (const { name } of [...join.arrows, ...session.arrows]) expect(svg).toContain(`>${name} <`);
    for (const { what } of [...join.marks, ...session.marks]) expect(svg).toContain(`>${what}<`);
    expect(svg).toContain('how it was made');
    expect(svg).not.toMatch(/NaN|undefined|null/);
  });
});

describe('the figures', () => {
  test('are those of the runs, as one value or as the least and the most', () => {
    const { result } = run;
    const later = result.sessions.map((session, at) => ({ ...session, ms: 1_554 + 10 * at }));
    const results = {
      ...{ direct: result, indirect: { ...result, sessions: later } },
      ...{ rsaDirect: result, rsaIndirect: result },
    };
    const rows = figures(results).split('\n');
    const [{ ms, bytes, frames } = expect.fail()] = result.joins;
    const took = `${((ms as number) / 1000).toFixed(2)} s, ${bytes} B in ${frames} frames`;
    expect(rows.find((row) => row.includes('J4 opened'))).toContain(`| ${took} | – |`);
    const lists = result.joins.map(({ listMs }) => (listMs as number) / 1000).toSorted();
    const range = `| ${lists[0]?.toFixed(2)}–${lists.at(-1)?.toFixed(2)} s | 44.7 s |`;
    expect(rows.find((row) => row.includes('until all nodes hold'))).toContain(range);
    expect(lists[0]).toBeGreaterThan((ms as number) / 1000);
    expect(rows.find((row) => row.includes('K3 opened'))).toContain('| 1.55–1.57 s, ');
    const readme = 'a\n<!-- figures, written by npm run picture: begin --><!-- figures: end -->\nb';
    expect(withFigures(readme, results).split('\n')).toHaveLength(rows.length + 4);
  });
});
