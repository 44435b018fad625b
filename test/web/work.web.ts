import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { MessageSeen } from '../../transports/inspect/interface.ts';
import { type BusyHub, busyHub } from './busy-hub.ts';
import { browser } from './stage.ts';

/** The page's work is bounded by what a window shows and how often, not by how much happens. */

const NODES = 100;
const MESSAGES = 1_000;

/** A hundredth of a second after the one before. */
const messageSeen = (id: number): MessageSeen => ({
  ...{ type: '@ties.message', id, atMs: 10 * id, endMs: 10 * id + 1, device: 'N1', to: 'CE' },
  ...{ name: 'K1', bytes: 80, frames: 2, airtimeMs: 60, retransmissions: 0, acks: 1 },
});

let chromium: Browser;
let hub: BusyHub;
let page: Page;
beforeAll(async () => {
  chromium = await browser();
});
afterAll(() => chromium.close());
beforeEach(async () => {
  hub = await busyHub(NODES);
  page = await chromium.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(hub.url);
  await page
    .locator('[data-actor]')
    .nth(NODES - 1)
    .waitFor();
});
afterEach(async () => {
  await page.close();
  await hub.close();
});

const say = async (messages: number): Promise<void> => {
  for (let at = 0; at < messages; at += 1) {
    hub.say();
    if (at % 20 === 19) await new Promise((resolve) => setTimeout(resolve, 1));
  }
};

/** So many more messages, all of which the page has heard of and drawn. */
const hear = async (messages: number, device: string): Promise<void> => {
  await say(messages);
  hub.begin(device);
  await page.locator('nav h2', { hasText: device }).waitFor();
};

/** Once the page has drawn what it heard. */
const elements = async (): Promise<number> => {
  for (let last = Number.NaN; ; ) {
    const now = await page.evaluate(() => document.querySelectorAll('*').length);
    if (now === last) return now;
    last = now;
    await page.waitForTimeout(300);
  }
};

test('it is drawn at most once a frame, however many messages come at once', async () => {
  const other = await chromium.newPage({ viewport: { width: 1280, height: 800 } });
  let send: (events: readonly object[]) => void = () => expect.fail('not connected');
  await other.routeWebSocket(/\/live$/, (socket) => {
    send = (events) => socket.send(JSON.stringify(events));
    send([{ type: '@ties.hello', title: 'busy', epochMs: 0, nowMs: 0 }]);
  });
  await other.goto(hub.url);
  await other.click('#tab-sequence');
  await other.evaluate(() => {
    const counts = { frames: 0, drawings: 0 };
    Object.assign(globalThis, { counts });
    const frame = (): void => {
      counts.frames += 1;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
    // Told once after each piece of work in which something was drawn.
    const drawn = (): void => {
      counts.drawings += 1;
    };
    const everything = { subtree: true, childList: true, attributes: true, characterData: true };
    new MutationObserver(drawn).observe(document.body, everything);
  });
  for (let id = 0; id < MESSAGES; id += 1) send([messageSeen(id)]);
  await other.locator('.moment', { hasText: `${((MESSAGES - 1) / 100).toFixed(3)} s` }).waitFor();
  // biome-ignore lint/suspicious/noExplicitAny: set above, in the page.
  const { frames, drawings } = await other.evaluate(() => (globalThis as any).counts);
  expect(drawings).toBeGreaterThan(0);
  expect(drawings).toBeLessThanOrEqual(frames + 1);
  await other.close();
});

test('what it holds does not grow with what it has heard', async () => {
  const views = ['machines', 'sequence', 'network'];
  const count = async (): Promise<number[]> => {
    const counts: number[] = [];
    for (const view of views) {
      await page.click(`#tab-${view}`);
      await page.locator(`.page.at-${view}`).waitFor();
      counts.push(await elements());
    }
    return counts;
  };
  await hear(500, 'first');
  const before = await count();
  await hear(1_500, 'last');
  const after = await count();
  views.forEach((view, at) => {
    expect(after[at], view).toBeLessThan((before[at] as number) * 1.1);
  });
});
