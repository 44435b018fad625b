import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { machinesCommand } from '../../cli/machines.ts';
import type { InspectEvent } from '../../transports/inspect/interface.ts';
import { actorRow, browser, stage } from './stage.ts';

let chromium: Browser;
let page: Page;
let foreign: string[];
const requested: string[] = [];

beforeAll(async () => {
  chromium = await browser();
});
afterAll(() => chromium.close());

beforeEach(async () => {
  page = await chromium.newPage({ viewport: { width: 1280, height: 800 } });
  foreign = [];
  page.on('request', (request) => {
    requested.push(request.url());
    if (!/^(http|ws):\/\/127\.0\.0\.1:|^blob:|^data:/.test(request.url()))
      foreign.push(request.url());
  });
  page.on('pageerror', (error) => expect.fail(error.message));
});
afterEach(async () => {
  await page.close();
  expect(foreign).toEqual([]);
});

const VIEWS = ['machines', 'sequence', 'waterfall', 'network'];
const show = (view: string) => page.click(`#tab-${view}`);
const stateText = () => page.locator('[data-test=state]').textContent();

describe('a running demo', () => {
  test('is seen to join state by state, in the order of the chart', async () => {
    const passed: unknown[] = [];
    const { url, begin, close } = await stage({
      speed: null,
      until: ({ device, actor, value }) => {
        if (device !== 'N1' || actor !== 'join' || value === passed.at(-1)) return null;
        passed.push(value);
        return isShown(String(value));
      },
    });
    const active = page.locator('.state[data-active=true]');
    const isShown = async (state: string): Promise<void> => {
      await actorRow(page, 'N1', 'join').click();
      await expect.poll(stateText).toBe(state);
      await expect.poll(() => active.getAttribute('data-state')).toBe(state);
    };
    await page.goto(url);
    await begin(1);
    const order = ['preparing', 'requesting', 'presenting', 'activating', 'adopting', 'confirming'];
    expect(passed).toEqual([...order, 'joined']);
    await close();
  });

  test('is paused, and goes on by one step', async () => {
    const it = await stage({ speed: 2 });
    await page.goto(it.url);
    const run = it.begin(2);
    await page.getByRole('button', { name: 'pause' }).click();
    await page.getByRole('button', { name: 'go on' }).waitFor();
    const before = await page.locator('[data-test=moment]').textContent();
    const told = it.hub.watch();
    while (told.read(1e6).length > 0);
    await page.getByRole('button', { name: 'one step' }).click();
    await expect.poll(() => page.locator('[data-test=moment]').textContent()).not.toBe(before);
    const events = told.read(1e6).map((text) => JSON.parse(text) as InspectEvent);
    const states = events.filter(({ type }) => type === '@xstate.snapshot');
    expect(new Set(states.map((each) => 'atMs' in each && each.atMs)).size).toBe(1);
    told.close();
    await page.getByLabel('speed').selectOption('50');
    await page.getByRole('button', { name: 'go on' }).click();
    await run;
    expect(it.pace.seen).toMatchObject({ speed: 50, isPaused: false });
    await it.close();
  });
});

describe('a run that is over', () => {
  let it: Awaited<ReturnType<typeof stage>>;
  beforeAll(async () => {
    it = await stage({ speed: null });
    const world = await it.begin();
    await world.clock.advance(60_000);
  });
  afterAll(() => it.close());
  beforeEach(async () => {
    await page.goto(it.url);
    await actorRow(page, 'N1', 'join').waitFor();
  });

  const choose = async (name: string): Promise<void> => {
    await show('sequence');
    await page.locator('.sequence').evaluate((frame) => frame.scrollTo(0, 0));
    await page.locator(`[data-message="${name}"]`).first().click();
  };

  test('a message is taken apart, and leads to the transition that it caused', async () => {
    await choose('J4');
    const details = page.locator('[data-test=message]');
    await expect
      .poll(() => details.textContent())
      .toMatch(/CE → N1.*authenticated.*idObject‹52 B›/s);
    await page.click('[data-test=cause]');
    await expect.poll(stateText).toBe('activating');
    await expect.poll(() => page.locator('.label.taken').textContent()).toBe('membership.granted');
  });

  test.runIf(process.env.TIES_PICTURES === '1')('it is drawn for the documents', async () => {
    await choose('J4');
    await page.waitForTimeout(500);
    await page.screenshot({ path: 'docs/inspector-sequence.png' });
    await page.click('[data-test=cause]');
    await page.waitForTimeout(2_000);
    await page.screenshot({ path: 'docs/inspector-machines.png' });
  });

  test('one goes back to any moment, step by step, and to the present', async () => {
    await choose('J1');
    await actorRow(page, 'N1', 'join').click();
    await expect.poll(stateText).toBe('joined');
    await page.getByLabel('Moment').fill('0.35');
    await page.getByLabel('Moment').evaluate((range: HTMLInputElement) => {
      range.value = '400';
      range.dispatchEvent(new Event('input', { bubbles: true }));
    });
    await expect.poll(stateText).toBe('requesting');
    for (let steps = 0; (await stateText()) !== 'presenting' && steps < 60; steps += 1)
      await page.getByRole('button', { name: 'step ›' }).click();
    expect(await stateText()).toBe('presenting');
    await page.getByRole('button', { name: 'live', exact: true }).click();
    await expect.poll(stateText).toBe('joined');
  });

  test('the page finds a hub that was away again', async () => {
    const line = page.locator('[data-test=line]');
    await expect.poll(() => line.textContent()).toMatch(/^live/);
    await it.leave();
    await expect.poll(() => line.textContent()).toMatch(/^not connected/);
    await it.comeBack();
    await expect.poll(() => line.textContent()).toMatch(/^live/);
    await actorRow(page, 'N1', 'join').click();
    await expect.poll(stateText).toBe('joined');
  });

  test('what was saved opens again, and says the same', async () => {
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'save' }).click();
    const file = await (await saved).path();
    await page.locator('input[type=file]').setInputFiles(file);
    await expect.poll(() => page.locator('[data-test=line]').textContent()).toBe('a recorded run');
    await actorRow(page, 'N1', 'join').click();
    await expect.poll(stateText).toBe('joined');
  });

  test('a file that is no saved run changes nothing, and one is told what to type', async () => {
    const demo = { name: 'demo.pcapng', mimeType: '', buffer: Buffer.from('0a0d0d0a', 'hex') };
    await page.locator('input[type=file]').setInputFiles(demo);
    const title = page.locator('header .title');
    await expect.poll(() => title.textContent()).toMatch(/type ties inspect demo\.pcapng$/);
    expect(await page.locator('[data-test=line]').textContent()).toMatch(/^live/);
  });

  test.each(['light', 'dark'] as const)(
    'nothing in it keeps anybody out, %s',
    async (colorScheme) => {
      const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core'), 'utf8');
      await page.emulateMedia({ colorScheme });
      await page.evaluate(axe);
      await choose('J4');
      for (const view of VIEWS)
        for (const asTable of [false, true]) {
          await show(view);
          if (asTable) await page.getByRole('button', { name: 'table' }).click();
          const found = await page.evaluate(async () => {
            // biome-ignore lint/suspicious/noExplicitAny: a global of axe-core.
            const { violations } = await (globalThis as any).axe.run();
            return violations.map((each: { id: string; nodes: { html: string }[] }) => [
              each.id,
              each.nodes.slice(0, 2).map(({ html }) => html.slice(0, 160)),
            ]);
          });
          expect([view, asTable, found]).toEqual([view, asTable, []]);
          if (asTable) await page.getByRole('button', { name: 'table' }).click();
        }
    },
  );

  test('it fits on a telephone', async () => {
    await page.setViewportSize({ width: 360, height: 740 });
    for (const view of VIEWS) {
      await show(view);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    }
  });

  test('it is worked by keys alone', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('joined');
    expect(await page.locator('[data-actor]').count()).toBeGreaterThan(0);
    await page.keyboard.press('Escape');
    await page.locator('body').click({ position: { x: 640, y: 20 } });
    await page.keyboard.press('4');
    await page.locator('.map').waitFor();
    await page.keyboard.press('t');
    await expect.poll(() => page.locator('.map').count()).toBe(0);
  });
});

test('who comes after 10,000 events sees every chart', async () => {
  const it = await stage({ speed: null, detail: 'watched' });
  const world = await it.begin();
  let events = 0;
  await world.clock.advance(1_500_000);
  const counting = it.hub.watch();
  for (let part = counting.read(1e6); part.length > 0; part = counting.read(1e6))
    events += part.length;
  counting.close();
  expect(events).toBeGreaterThan(10_000);
  await page.goto(it.url);
  for (const [device, name, state] of [
    ['CE', 'CE', 'running'],
    ['CE', 'tpm', 'idle'],
    ['N1', 'N1', 'running.member'],
    ['N1', 'roster', 'current'],
    ['N3', 'tpm', 'idle'],
  ] as const) {
    await actorRow(page, device, name).click();
    await expect.poll(stateText).toBe(state);
    await page.locator('.state').first().waitFor();
  }
  await it.close();
});

test('the pictures of the charts are those of the machines (npm run charts)', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'ties-charts-'));
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await machinesCommand().parseAsync([folder, '--only', 'svg'], { from: 'user' });
  vi.restoreAllMocks();
  expect(readdirSync('docs/machines').sort()).toEqual(readdirSync(folder).sort());
  for (const file of readdirSync(folder))
    expect(readFileSync(join('docs/machines', file), 'utf8')).toBe(
      readFileSync(join(folder, file), 'utf8'),
    );
  rmSync(folder, { recursive: true });
});

test('no page but its own is asked for', () => {
  expect(requested.length).toBeGreaterThan(20);
});

test('it is small', () => {
  const files = readdirSync('dist/web/page', { recursive: true, encoding: 'utf8' });
  const bytes = files
    .map((file) => join('dist/web/page', file))
    .filter((file) => statSync(file).isFile())
    .map((file) => gzipSync(readFileSync(file)).length)
    .reduce((sum, each) => sum + each, 0);
  process.stdout.write(`the page, gzipped: ${Math.round(bytes / 1000)} kB\n`);
  expect(bytes).toBeLessThan(600_000);
});
