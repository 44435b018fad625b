import { expect, test } from 'vitest';
import { HeapClock } from '../../simulations/heap-clock.ts';
import { Redraw } from './redraw.ts';

const FRAME_MS = 16;

/** A window whose time is virtual, and when something was drawn in it. */
const screen = () => {
  const clock = new HeapClock();
  const drawn: number[] = [];
  let onDraw = (): void => undefined;
  const redraw = new Redraw(
    {
      now: () => clock.now(),
      setTimeout: (act, waitMs) => clock.setTimeout(act, waitMs),
      clearTimeout: (timer) => clock.clearTimeout(timer),
      requestFrame: (act) => clock.setTimeout(act, FRAME_MS - (clock.now() % FRAME_MS)),
    },
    () => {
      drawn.push(clock.now());
      onDraw();
    },
  );
  const whenDrawn = (act: () => void): void => {
    onDraw = act;
  };
  return { clock, redraw, drawn, whenDrawn };
};

test('a thousand messages between two frames are drawn once', async () => {
  const { clock, redraw, drawn } = screen();
  for (let at = 0; at < 1_000; at += 1) redraw.after(0);
  await clock.advance(1_000);
  expect(drawn).toEqual([FRAME_MS]);
});

test('what comes on and on is drawn at its pace', async () => {
  const { clock, redraw, drawn } = screen();
  for (let ms = 0; ms < 1_000; ms += 1) {
    redraw.after(70);
    await clock.advance(1);
  }
  const gaps = drawn.slice(1).map((atMs, at) => atMs - (drawn[at] as number));
  expect(drawn.length).toBeGreaterThan(10);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(70);
  expect(Math.max(...gaps)).toBeLessThan(70 + 2 * FRAME_MS);
});

test('who asks for less waits no longer for who asked for more', async () => {
  const { clock, redraw, drawn } = screen();
  redraw.after(0);
  await clock.advance(FRAME_MS);
  redraw.after(250);
  redraw.after(0);
  await clock.advance(FRAME_MS);
  expect(drawn).toEqual([16, 32]);
});

test('a part that was left as it was is drawn later, though nothing else comes', async () => {
  const { clock, redraw, drawn, whenDrawn } = screen();
  whenDrawn(() => drawn.length === 1 && redraw.after(250));
  redraw.after(0);
  await clock.advance(10_000);
  expect(drawn).toEqual([16, 272]);
});
