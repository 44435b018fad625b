import type { NodeCommand } from '../../actors/node/news.ts';
import type { Slots } from '../../actors/node/sessions.ts';
import { transactionText } from '../../protocol/transaction.ts';
import { CENTER_NAME } from '../../simulations/world.ts';
import type { Evidence } from './evidence.ts';
import type { Kind, Mishap } from './moments.ts';
import type { Scene } from './scene.ts';

/** One thing that a network does, between its Central Entity and two nodes. */
export interface Procedure {
  readonly name: string;
  /** Up to where power may be cut. */
  prepare(scene: Scene): Promise<void>;
  /** What is asked of a device; it is asked again until it is done. */
  command(scene: Scene): void;
  isDone(scene: Scene): boolean;
  readonly ends: Evidence['ends'];
  /** What befalls it in every `npm test`. */
  readonly daily: readonly Mishap[];
}

const joined = ({ network }: Scene): Promise<void> => network.join('N1', 'N2');
const inSession = async (scene: Scene): Promise<void> => {
  await joined(scene);
  await scene.network.session('N1', 'N2');
};

/** The transaction of the key that a node uses with a peer. */
const current = ({ network: { world } }: Scene, name: string, peer: number): string | null => {
  const slots = world.store(name).get<Slots>(`session/${peer}`);
  return slots?.current === undefined ? null : transactionText(slots.current.transaction);
};

/** Both hold the same key, which is not the one from before. */
const haveNewKey = (scene: Scene): boolean => {
  const [ours, theirs] = [current(scene, 'N1', 3), current(scene, 'N2', 2)];
  return ours !== null && ours === theirs && ours !== scene.noted;
};

const request =
  (mode: 'direct' | 'indirect') =>
  (scene: Scene): void =>
    scene.ask('N1', { type: 'session.request', peer: 3, mode } satisfies NodeCommand);

const hasTold = ({ network, since }: Scene, device: string, type: string): boolean =>
  network.news(type, since).some((news) => news.device === device);

const hasRejoined = ({ network, since }: Scene, name: string): boolean =>
  network.endings(since).includes(`${name} rejoin: null`);

const isMember = ({ network: { world } }: Scene, name: string): boolean =>
  world.isOn(name) && world.node(name).actor.getSnapshot().matches({ running: 'member' });

const isDismissed = ({ network: { world } }: Scene, name: string): boolean =>
  world.isOn(name) &&
  ['dismissed', 'failed'].some((state) => world.node(name).actor.getSnapshot().value === state);

const cut = (kind: Kind, nth: number, ...victims: string[]): Mishap => ({
  what: 'power cut',
  at: { kind, nth },
  victims,
});

export const JOIN: Procedure = {
  name: 'join',
  prepare: ({ network }) => network.join('N1'),
  command: (scene) => scene.once(() => scene.network.world.switchOn('N2')),
  isDone: (scene) => isMember(scene, 'N2'),
  ends: 'together',
  daily: [cut('after commit', 5, CENTER_NAME)],
};

export const DIRECT: Procedure = {
  name: 'direct',
  prepare: joined,
  command: request('direct'),
  isDone: haveNewKey,
  ends: 'together',
  daily: [cut('after commit', 3, 'N2')],
};

export const INDIRECT: Procedure = {
  name: 'indirect',
  prepare: joined,
  command: request('indirect'),
  isDone: haveNewKey,
  ends: 'together',
  daily: [cut('frame heard', 10, CENTER_NAME)],
};

export const CONFIRM: Procedure = {
  name: 'confirm',
  prepare: inSession,
  command: (scene) => scene.ask('N1', { type: 'session.confirm', peer: 3 }),
  isDone: (scene) => hasTold(scene, 'N1', 'session.confirmed'),
  ends: 'together',
  daily: [cut('before commit', 1, 'N1')],
};

export const REKEY: Procedure = {
  name: 'rekey',
  prepare: async (scene) => {
    await inSession(scene);
    scene.noted = current(scene, 'N1', 3);
  },
  command: (scene) => {
    scene.once(() => scene.readings(2));
    request('indirect')(scene);
  },
  isDone: haveNewKey,
  ends: 'together',
  daily: [cut('frame sent', 12, 'N1')],
};

export const NODE_REJOINS: Procedure = {
  name: 'node rejoins',
  prepare: inSession,
  command: (scene) => scene.once(() => scene.restart('N1')),
  isDone: (scene) => hasTold(scene, 'N1', 'node.rejoined'),
  ends: 'together',
  daily: [cut('TPM done', 2, CENTER_NAME)],
};

export const CENTER_RETURNS: Procedure = {
  name: 'center returns',
  prepare: inSession,
  command: (scene) => scene.once(() => scene.restart(CENTER_NAME)),
  isDone: (scene) => ['N1', 'N2'].every((name) => hasRejoined(scene, name)),
  ends: 'together',
  daily: [
    cut('frame heard', 4, 'N1'),
    { what: 'full disk', at: { kind: 'before commit', nth: 0 } },
  ],
};

export const LEAVE: Procedure = {
  name: 'leave',
  prepare: inSession,
  command: (scene) => scene.ask('N2', { type: 'leave' }),
  isDone: (scene) => isDismissed(scene, 'N2'),
  ends: 'left',
  daily: [cut('after commit', 4, 'N1')],
};

export const REVOKE: Procedure = {
  name: 'revoke',
  prepare: inSession,
  command: (scene) => scene.askCenter({ type: 'member.revoke', address: 3 }),
  isDone: (scene) => hasTold(scene, CENTER_NAME, 'member.revoked') && isDismissed(scene, 'N2'),
  ends: 'revoked',
  daily: [{ what: 'full disk', at: { kind: 'before commit', nth: 3 } }],
};

export const READINGS: Procedure = {
  name: 'readings',
  prepare: inSession,
  command: (scene) => scene.once(() => scene.readings(4)),
  isDone: () => true,
  ends: 'together',
  daily: [cut('frame heard', 4, 'N2')],
};

export const PROCEDURES: readonly Procedure[] = [
  ...[JOIN, NODE_REJOINS, CENTER_RETURNS, LEAVE, REVOKE],
  ...[DIRECT, INDIRECT, CONFIRM, REKEY, READINGS],
];
