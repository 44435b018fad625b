import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createActor } from 'xstate';
import { wallClock } from '../../drivers/clock/wall.ts';
import { joinNodeMachine } from '../../machines/join/node.ts';
import { MESSAGE_NAMES } from '../../protocol/messages.ts';
import { Hub } from '../../transports/inspect/hub.ts';
import { builtPage } from '../../transports/inspect/page.ts';
import { serveInspector } from '../../transports/inspect/server.ts';
import { browser } from './stage.ts';

const NODES = 100;
const MESSAGES_PER_S = 60;
/** What a device's actors do with one message, in a real run. */
const EVENTS_PER_MESSAGE = 12;
const WATCHED_MS = 4_000;

let chromium: Browser;
beforeAll(async () => {
  chromium = await browser();
});
afterAll(() => chromium.close());

const busyHub = async () => {
  const clock = { now: () => wallClock.now() - began };
  const began = wallClock.now();
  const hub = new Hub({ title: 'busy', clock, epochMs: Date.now(), detail: 'always' });
  const server = await serveInspector({
    ...{
      hub,
      page: builtPage(),
      listen: { host: '127.0.0.1', port: 0 },
      token: null,
      clock: wallClock,
    },
    tell: () => undefined,
  });
  const actors = Array.from({ length: NODES }, (_, at) => {
    const feed = hub.feed(`N${at + 1}`);
    const inspect = (seen: Parameters<typeof feed.inspect>[0]) => feed.inspect(seen, clock.now());
    // Nobody provides for it: it fails to begin, backs off, and tries again.
    const actor = createActor(joinNodeMachine, { id: `N${at + 1}`, inspect });
    actor.subscribe({ error: () => undefined });
    return actor.start();
  });
  let said = 0;
  const say = (): void => {
    const from = said % NODES;
    const atMs = clock.now();
    hub.tell({
      ...{ type: '@ties.message', id: said, atMs, endMs: atMs + 80 },
      ...{ device: `N${from + 1}`, to: 'CE', name: MESSAGE_NAMES[said % 20] ?? null },
      ...{ bytes: 80, frames: 2, airtimeMs: 60, retransmissions: 0, acks: 1 },
    });
    for (let at = 0; at < EVENTS_PER_MESSAGE; at += 1)
      actors[(from + at) % NODES]?.send({ type: 'busy' } as never);
    said += 1;
  };
  const timer = setInterval(say, 1_000 / MESSAGES_PER_S);
  return {
    url: server.url,
    close: async () => {
      clearInterval(timer);
      for (const actor of actors) actor.stop();
      await server.close();
    },
  };
};

test(`${NODES} nodes at ${MESSAGES_PER_S} messages a second`, async () => {
  const { url, close } = await busyHub();
  const page = await chromium.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  await page.waitForSelector('[data-actor]');
  for (const view of ['sequence', 'machines', 'network']) {
    await page.click(`#tab-${view}`);
    await page.waitForTimeout(1_000);
    const framesPerS = await page.evaluate(
      (ms) =>
        new Promise<number>((resolve) => {
          const began = performance.now();
          let frames = 0;
          const frame = (): void => {
            frames += 1;
            const passed = performance.now() - began;
            if (passed < ms) requestAnimationFrame(frame);
            else resolve((frames * 1_000) / passed);
          };
          requestAnimationFrame(frame);
        }),
      WATCHED_MS,
    );
    process.stdout.write(`${view}: ${framesPerS.toFixed(0)} frames a second\n`);
    expect(framesPerS).toBeGreaterThan(30);
  }
  await page.close();
  await close();
});

test('something is to be seen soon', async () => {
  const { url, close } = await busyHub();
  const paints: number[] = [];
  for (let time = 0; time < 3; time += 1) {
    const page = await chromium.newPage();
    await page.goto(url);
    await page.waitForSelector('header');
    const read = () =>
      page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
    await expect.poll(read).toBeDefined();
    paints.push((await read()) ?? Number.POSITIVE_INFINITY);
    await page.close();
  }
  process.stdout.write(`first paint after ${paints.map((ms) => ms.toFixed(0)).join(', ')} ms\n`);
  expect(Math.min(...paints)).toBeLessThan(1_500);
  await close();
});
