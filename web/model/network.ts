import type { Reading } from '../../protocol/reading.ts';
import type { DutySeen } from '../../transports/inspect/interface.ts';
import { type Actor, type Actors, type Health, stateText } from './actors.ts';
import type { Happening } from './journal.ts';
import { byDevice } from './tree.ts';

/** Address of the Central Entity (protocol/identity.ts, which a browser cannot load whole). */
const CENTER = 1;
const MAX_READINGS = 60;

/** How well one device hears another. */
export interface Hearing {
  readonly rssiDbm: number;
  readonly snrDb: number;
  readonly atMs: number;
}

/** Of two that share a key: whether it is confirmed. */
export type Session = 'established' | 'confirmed';

export interface Network {
  readonly addresses: Map<number, string>;
  readonly hearings: Map<string, Hearing>;
  readonly sessions: Map<string, Session>;
  readonly readings: Map<string, { readonly atMs: number; readonly reading: Reading }[]>;
  readonly duties: Map<string, DutySeen>;
  /** Messages that were refused, by device. */
  readonly refused: Map<string, number>;
}

export const noNetwork = (): Network => ({
  addresses: new Map([[CENTER, 'CE']]),
  hearings: new Map(),
  sessions: new Map(),
  readings: new Map(),
  duties: new Map(),
  refused: new Map(),
});

/** Two devices in either order. */
export const pairOf = (a: string, b: string): string => [a, b].sort(byDevice).join(' – ');

interface News {
  readonly type: string;
  readonly address?: number;
  readonly peer?: number;
  readonly from?: number;
  readonly reading?: Reading;
}

const followNews = (network: Network, device: string, news: News, atMs: number): void => {
  const nameOf = (address: number | undefined): string =>
    network.addresses.get(address ?? -1) ?? String(address);
  switch (news.type) {
    case 'node.joined':
    case 'node.rejoined':
      network.addresses.set(news.address as number, device);
      break;
    case 'session.established':
    case 'session.confirmed': {
      const pair = pairOf(device, nameOf(news.peer));
      if (news.type === 'session.confirmed' || !network.sessions.has(pair))
        network.sessions.set(pair, news.type === 'session.confirmed' ? 'confirmed' : 'established');
      break;
    }
    case 'reading.received': {
      if (news.reading === undefined) break;
      const sender = nameOf(news.from);
      const known = network.readings.get(sender) ?? [];
      const readings = [...known, { atMs, reading: news.reading }].slice(-MAX_READINGS);
      network.readings.set(sender, readings);
      break;
    }
    case 'message.refused':
      network.refused.set(device, (network.refused.get(device) ?? 0) + 1);
  }
};

export const followNetwork = (network: Network, it: Happening): void => {
  if (it.type === '@ties.duty') network.duties.set(it.device, it);
  else if (it.type === '@ties.news') followNews(network, it.device, it.news as News, it.atMs);
  else if (it.type === '@xstate.event' && it.event.type === 'radio.heard') {
    const heard = it.event.message as (Hearing & { readonly src: number }) | undefined;
    if (heard === undefined) return;
    const { src, rssiDbm, snrDb } = heard;
    network.hearings.set(`${it.device} ${src}`, { rssiDbm, snrDb, atMs: it.atMs });
  }
};

export interface NetworkRow {
  readonly device: string;
  readonly address: number | null;
  readonly state: string;
  readonly health: Health;
  /** How the Central Entity hears it; of the Central Entity nothing. */
  readonly hearing: Hearing | null;
  readonly sessions: readonly { readonly peer: string; readonly is: Session }[];
  readonly duty: DutySeen | null;
  readonly refused: number;
  readonly readings: readonly { readonly atMs: number; readonly reading: Reading }[];
}

const isRoot = ({ parentId }: Actor): boolean => parentId === null;

const rootHealth = (root: Actor): Health => {
  const state = stateText(root.value);
  if (root.status !== 'active') return 'stopped';
  if (state === 'failed' || state === 'dismissed') return 'failed';
  return state === 'running' || state === 'running.member' ? 'alive' : 'waiting';
};

/** Every device that is watched, the Central Entity first. */
export const networkRows = (actors: Actors, network: Network): NetworkRow[] => {
  const roots = new Map<string, Actor>();
  for (const actor of actors.values()) if (isRoot(actor)) roots.set(actor.device, actor);
  const addressOf = new Map([...network.addresses].map(([address, device]) => [device, address]));
  return [...roots.values()]
    .sort((a, b) => byDevice(a.device, b.device))
    .map((root) => {
      const { device } = root;
      const address = addressOf.get(device) ?? null;
      const sessions = [...network.sessions].flatMap(([pair, is]) => {
        const ends = pair.split(' – ');
        return ends.includes(device)
          ? [{ peer: ends.find((end) => end !== device) ?? device, is }]
          : [];
      });
      return {
        ...{ device, address, sessions },
        state: stateText(root.value),
        health: rootHealth(root),
        hearing: address === null ? null : (network.hearings.get(`CE ${address}`) ?? null),
        duty: network.duties.get(device) ?? null,
        refused: network.refused.get(device) ?? 0,
        readings: network.readings.get(device) ?? [],
      };
    });
};

export interface Spot {
  readonly device: string;
  readonly x: number;
  readonly y: number;
  readonly health: Health;
}

/** Devices on a circle around the Central Entity, within a square from −1 to 1. */
export const places = (rows: readonly NetworkRow[]): Spot[] => {
  const around = rows.filter(({ device }) => device !== 'CE');
  return rows.map(({ device, health }) => {
    const at = around.findIndex((row) => row.device === device);
    if (at < 0) return { device, health, x: 0, y: 0 };
    const angle = (2 * Math.PI * at) / around.length - Math.PI / 2;
    return { device, health, x: Math.cos(angle), y: Math.sin(angle) };
  });
};
