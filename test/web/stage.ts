import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import { wallClock } from '../../drivers/clock/wall.ts';
import { Chronicle } from '../../simulations/chronicle.ts';
import { everyday } from '../../simulations/everyday.ts';
import { type Inspection, inspection } from '../../simulations/inspected.ts';
import { MainJob } from '../../simulations/main-job.ts';
import { World } from '../../simulations/world.ts';
import { builtPage } from '../../transports/inspect/page.ts';
import { type Inspector, serveInspector } from '../../transports/inspect/server.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Debian's Chromium, without the requests that it makes of its own. */
export const browser = (): Promise<Browser> => {
  const executablePath = CHROMIUM.find(existsSync);
  if (executablePath === undefined) throw new Error('Type: apt-get install chromium');
  const args = ['--no-sandbox', '--headless', '--disable-background-networking'];
  return chromium.launch({ executablePath, args });
};

export interface Stage extends Inspection {
  readonly url: string;
  readonly inspector: Inspector;
  /** The same hub at the same place again. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const serve = (inspected: Inspection, port = 0): Promise<Inspector> =>
  serveInspector({
    ...{ hub: inspected.hub, page: builtPage() },
    ...{ listen: { host: '127.0.0.1', port }, token: null, clock: wallClock },
    ask: (request) => inspected.pace.ask(request),
    tell: () => undefined,
  });

/** An inspector of a world that is made, and does its main job, once `begin` is called. */
export const stage = async (speed: number | null, detail: 'watched' | 'always' = 'always') => {
  const inspected = inspection({
    ...{ title: 'Demo of 3 nodes', wall: wallClock, epochMs: Date.now(), speed, detail },
  });
  let inspector = await serve(inspected);
  const { url } = inspector;
  let world: World | null = null;
  return {
    ...inspected,
    url,
    begin: async (nodes = 3): Promise<World> => {
      let chronicle: Chronicle | null = null;
      world = await World.create({
        ...{ nodes, tpm: 'model', ...inspected.options },
        watch: (sighting) => chronicle?.noteSighting(sighting),
      });
      chronicle = new Chronicle(world.air);
      await new MainJob(world, chronicle, { mode: 'direct' }).run();
      everyday(world);
      return world;
    },
    restart: async (): Promise<void> => {
      await inspector.close();
      inspector = await serve(inspected, Number(new URL(url).port));
    },
    close: async (): Promise<void> => {
      await world?.close();
      await inspector.close();
    },
  };
};

/** The line of an actor in the tree. */
export const actorRow = (page: Page, device: string, name: string) =>
  page
    .locator('nav section', { has: page.locator('h2', { hasText: new RegExp(`^${device}$`) }) })
    .locator('[data-actor]', { has: page.locator('.name', { hasText: new RegExp(`^${name}`) }) })
    .first();
