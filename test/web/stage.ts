import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { AnyActorRef } from 'xstate';
import { wallClock } from '../../drivers/clock/wall.ts';
import { Chronicle } from '../../simulations/chronicle.ts';
import { everyday } from '../../simulations/everyday.ts';
import { type Inspection, inspection } from '../../simulations/inspected.ts';
import { MainJob } from '../../simulations/main-job.ts';
import { World } from '../../simulations/world.ts';
import type { Feed } from '../../transports/inspect/interface.ts';
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

const page = builtPage();

export const serve = (
  { hub, pace }: Pick<Inspection, 'hub'> & Partial<Inspection>,
  port = 0,
): Promise<Inspector> =>
  serveInspector({
    ...{ hub, page, listen: { host: '127.0.0.1', port }, token: null, clock: wallClock },
    ...(pace !== undefined && { ask: (request) => pace.ask(request) }),
    tell: () => undefined,
  });

export interface StageInput {
  /** Null: as fast as it can. */
  readonly speed: number | null;
  readonly detail?: 'watched' | 'always';
  /** The world's time stands still until who looks on has seen this, or null: until nothing. */
  readonly until?: (seen: Seen) => Promise<void> | null;
}

/** A device's actor has come to a state. */
export interface Seen {
  readonly device: string;
  readonly actor: string;
  readonly value: unknown;
}

/** An inspector of a world that is made, and does its main job, once `begin` is called. */
export const stage = async ({ speed, detail = 'always', until }: StageInput) => {
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
        ...(until !== undefined && waiting(inspected, until)),
        watch: (sighting) => chronicle?.noteSighting(sighting),
      });
      chronicle = new Chronicle(world.air);
      await new MainJob(world, chronicle, { mode: 'direct' }).run();
      everyday(world);
      return world;
    },
    /** The hub goes away … */
    leave: () => inspector.close(),
    /** … and comes to the same place again. */
    comeBack: async (): Promise<void> => {
      inspector = await serve(inspected, Number(new URL(url).port));
    },
    close: async (): Promise<void> => {
      await world?.close();
      await inspector.close();
    },
  };
};

/** A world that waits for who looks on. */
const waiting = (
  { options }: Inspection,
  until: NonNullable<StageInput['until']>,
): Pick<Inspection['options'], 'feed' | 'paced'> => {
  let pending: Promise<void> | null = null;
  return {
    paced: () => {
      const now = pending;
      pending = null;
      return now;
    },
    feed: (device) => {
      const feed = options.feed?.(device) as Feed;
      return {
        ...feed,
        inspect: (seen, atMs) => {
          feed.inspect(seen, atMs);
          if (seen.type !== '@xstate.snapshot') return;
          const { value } = seen.snapshot as { readonly value?: unknown };
          const { id: actor } = seen.actorRef as AnyActorRef;
          pending = until({ device, actor, value }) ?? pending;
        },
      };
    },
  };
};

/** The line of an actor in the tree. */
export const actorRow = (page: Page, device: string, name: string) =>
  page
    .locator('nav section', { has: page.locator('h2', { hasText: new RegExp(`^${device}$`) }) })
    .locator('[data-actor]', { has: page.locator('.name', { hasText: new RegExp(`^${name}`) }) })
    .first();
