import type { NodeCommand } from '../../actors/node/node.ts';
import type { Slots } from '../../actors/node/sessions.ts';
import { transactionText } from '../../protocol/transaction.ts';
import { CENTER_NAME } from '../../simulations/world.ts';
import type { Scene } from './scene.ts';

/** One thing that a network does, between its Central Entity and two nodes. */
export interface Procedure {
  readonly name: string;
  /** Up to where power may be cut. */
  prepare(scene: Scene): Promise<void>;
  /** What is asked of a device; it is asked again until it is done. */
  command(scene: Scene): void;
  isDone(scene: Scene): boolean;
  /** How the nodes end: both as members, or without the second. */
  readonly ends: 'together' | 'left' | 'revoked';
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

const isMember = ({ network: { world } }: Scene, name: string): boolean =>
  world.isOn(name) && world.node(name).actor.getSnapshot().matches({ running: 'member' });

const isDismissed = ({ network: { world } }: Scene, name: string): boolean =>
  world.isOn(name) &&
  ['dismissed', 'failed'].some((state) => world.node(name).actor.getSnapshot().value === state);

export const PROCEDURES: readonly Procedure[] = [
  {
    name: 'join',
    prepare: ({ network }) => network.join('N1'),
    command: (scene) => scene.once(() => scene.network.world.switchOn('N2')),
    isDone: (scene) => isMember(scene, 'N2'),
    ends: 'together',
  },
  {
    name: 'direct',
    prepare: joined,
    command: request('direct'),
    isDone: haveNewKey,
    ends: 'together',
  },
  {
    name: 'indirect',
    prepare: joined,
    command: request('indirect'),
    isDone: haveNewKey,
    ends: 'together',
  },
  {
    name: 'confirm',
    prepare: inSession,
    command: (scene) => scene.ask('N1', { type: 'session.confirm', peer: 3 }),
    isDone: (scene) => hasTold(scene, 'N1', 'session.confirmed'),
    ends: 'together',
  },
  {
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
  },
  {
    name: 'node rejoins',
    prepare: inSession,
    command: (scene) => scene.once(() => scene.restart('N1')),
    isDone: (scene) => hasTold(scene, 'N1', 'node.rejoined'),
    ends: 'together',
  },
  {
    name: 'center returns',
    prepare: inSession,
    command: (scene) => scene.once(() => scene.restart(CENTER_NAME)),
    isDone: (scene) => isMember(scene, 'N1') && isMember(scene, 'N2'),
    ends: 'together',
  },
  {
    name: 'leave',
    prepare: inSession,
    command: (scene) => scene.ask('N2', { type: 'leave' }),
    isDone: (scene) => isDismissed(scene, 'N2'),
    ends: 'left',
  },
  {
    name: 'revoke',
    prepare: inSession,
    command: (scene) => scene.askCenter({ type: 'member.revoke', address: 3 }),
    isDone: (scene) => hasTold(scene, CENTER_NAME, 'member.revoked') && isDismissed(scene, 'N2'),
    ends: 'revoked',
  },
  {
    name: 'readings',
    prepare: inSession,
    command: (scene) => scene.once(() => scene.readings(4)),
    isDone: () => true,
    ends: 'together',
  },
];
