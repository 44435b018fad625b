import type { Browser } from 'playwright-core';
import { busyHub } from '../../test/web/busy-hub.ts';
import { browser } from '../../test/web/stage.ts';

const NODES = 100;
const MESSAGES_PER_S = 60;
const WATCHED_MS = 4_000;
const LEAST_FRAMES_PER_S = 30;
const FIRST_PAINT_MS = 1_500;
const VIEWS = ['sequence', 'machines', 'network'] as const;
const OPENINGS = 3;

const line = (text: string): void => void process.stdout.write(`${text}\n`);

/** As text, for what runs this file leaves traces of its own in functions. */
const COUNT_FRAMES = `(ms) => new Promise((resolve) => {
  const beganMs = performance.now();
  let frames = 0;
  requestAnimationFrame(function frame() {
    frames += 1;
    const passedMs = performance.now() - beganMs;
    if (passedMs < ms) requestAnimationFrame(frame);
    else resolve((frames * 1000) / passedMs);
  });
})`;

/** Frames that the page draws a second, in each view, while messages come. */
const framesPerS = async (chromium: Browser, url: string): Promise<number[]> => {
  const page = await chromium.newPage({ viewport: { width: 1280, height: 800 } });
  await page.goto(url);
  await page.waitForSelector('[data-actor]');
  const rates: number[] = [];
  for (const view of VIEWS) {
    await page.click(`#tab-${view}`);
    await page.waitForTimeout(1_000);
    const rate = await page.evaluate<number>(`(${COUNT_FRAMES})(${WATCHED_MS})`);
    rates.push(rate);
  }
  await page.close();
  return rates;
};

/** From the address to the first thing to be seen. */
const firstPaintMs = async (chromium: Browser, url: string): Promise<number> => {
  const page = await chromium.newPage();
  await page.goto(url);
  const painted = await page.waitForFunction(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
  );
  const ms = (await painted.jsonValue()) ?? Number.POSITIVE_INFINITY;
  await page.close();
  return ms;
};

const chromium = await browser();
const hub = await busyHub(NODES);
const timer = setInterval(hub.say, 1_000 / MESSAGES_PER_S);
const rates = await framesPerS(chromium, hub.url);
const paintsMs: number[] = [];
for (let at = 0; at < OPENINGS; at += 1) paintsMs.push(await firstPaintMs(chromium, hub.url));
clearInterval(timer);
await hub.close();
await chromium.close();

line(`${NODES} nodes at ${MESSAGES_PER_S} messages a second, on this machine as it is now`);
VIEWS.forEach((view, at) => {
  line(`  ${view.padEnd(9)} ${rates[at]?.toFixed(0)} frames a second`);
});
line(`  first paint after ${paintsMs.map((ms) => ms.toFixed(0)).join(', ')} ms`);
const isHeld = Math.min(...rates) > LEAST_FRAMES_PER_S && Math.min(...paintsMs) < FIRST_PAINT_MS;
const floor = `more than ${LEAST_FRAMES_PER_S} frames a second, first paint within ${FIRST_PAINT_MS} ms`;
line(`${floor}: ${isHeld ? 'held' : 'NOT held'}`);
process.exitCode = isHeld ? 0 : 1;
