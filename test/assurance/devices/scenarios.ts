import type { EventObject } from 'xstate';
import type { NetworkRecord } from '../../../actors/center/records.ts';
import { encodeBody } from '../../../protocol/body.ts';
import { concat } from '../../../protocol/bytes.ts';
import { BROADCAST, CENTER, isJoiner } from '../../../protocol/identity.ts';
import type { Label } from '../../../protocol/label.ts';
import { encodeOpen, type Packet, parsePacket, SIGNATURE_BYTES } from '../../../protocol/packet.ts';
import type { Roster, RosterEntry } from '../../../protocol/roster.ts';
import { Secret } from '../../../protocol/secret.ts';
import type { OutgoingMessage } from '../../../transports/lora/interface.ts';
import { offered } from './attacker.ts';
import type { Input, Kept } from './device.ts';
import type { Fact } from './facts.ts';
import { Histories, type History, messageOf, numbered } from './histories.ts';
import { insiderSays } from './insider.ts';
import { PROPERTIES, type Property } from './properties.ts';
import { type Found, search } from './search.ts';
import { type Beginning, joinedNetwork, provisioned } from './story.ts';

const ADDRESS: Readonly<Record<string, number>> = { CE: CENTER, N1: 2, N2: 3, N3: 4 };

/** What may happen how often, beside what the attacker does with what was said. */
export interface Scenario {
  /** Session keys that N1 and N2 share from before. */
  readonly held?: number;
  readonly commands?: Readonly<Record<string, readonly EventObject[]>>;
  /** How often time passes for a device. */
  readonly waits: Readonly<Record<string, number>>;
  readonly restarts?: Readonly<Record<string, number>>;
  /** He alters what is in the clear; he sends on to these, and back. */
  readonly alters?: boolean;
  readonly redirects?: readonly number[];
  /** A TPM takes its time, and others theirs meanwhile. */
  readonly slow?: boolean;
  /** N3 is his. */
  readonly insider?: boolean;
  /** He signs lists himself. */
  readonly forgesList?: boolean;
  /** He has recorded the life before. */
  readonly recordings?: boolean;
  /** A join instead of members, and who takes part in it besides the two. */
  readonly joins?: Joins;
}

type Joins = 'nobody' | 'guess' | 'false center' | 'thief, own key' | 'thief, key of the device';

/** Who takes part, and what each went through before the search begins. */
export interface Cast {
  readonly members: readonly {
    readonly kept: Kept;
    readonly inputs: readonly Input[];
  }[];
  readonly facts: ReadonlySet<Fact>;
  readonly recorded: readonly OutgoingMessage[];
}

const beginnings = new Map<number, Promise<Beginning>>();

const beginningOf = (held: number): Promise<Beginning> => {
  const known = beginnings.get(held) ?? joinedNetwork(held);
  beginnings.set(held, known);
  return known;
};

const EPOCHS = { node: 2, center: 2 } as const;

const memberCast = async (scenario: Scenario): Promise<Cast> => {
  const { kept, inputs, said, facts } = await beginningOf(scenario.held ?? 0);
  const at = (name: string): Kept => kept[name] as Kept;
  const forged = scenario.insider ? await insiderSays(at('CE'), at('N3'), 4, EPOCHS) : [];
  const isSlow = scenario.slow ?? false;
  return {
    members: ['CE', 'N1', 'N2'].map((name) => ({
      kept: { ...at(name), isSlow },
      inputs: inputs[name] as readonly Input[],
    })),
    facts,
    recorded: [
      ...(scenario.recordings ? said.filter(isOfSessions) : []),
      ...(scenario.forgesList ? [forgedList(at('CE'))] : []),
      ...forged,
    ],
  };
};

/** The next list, without N2, and what nobody has signed in the place of a signature. */
const forgedList = ({ store }: Kept): OutgoingMessage => {
  const { version, entries } = store.get('roster') as Roster;
  const { devId } = entries.find(({ address }) => address === ADDRESS.N2) as RosterEntry;
  const entry = { address: ADDRESS.N2 as number, state: 'revoked', devId } as const;
  const body = encodeBody('roster.delta', { version: version + 1, entries: [entry] });
  const open = encodeOpen({ name: 'roster.delta', kid: 0, counter: 1_000 }, {});
  const [net = 0] = (store.get('network') as NetworkRecord).netId;
  const payload = concat(open, body, new Uint8Array(SIGNATURE_BYTES).fill(1));
  return { net, src: CENTER, dst: BROADCAST, payload };
};

/** A device that is to join, its center, and who would like to be one of them. */
const joinCast = async (joins: Joins): Promise<Cast> => {
  const [center, node, other] = [
    await provisioned('CE', 'center'),
    await provisioned('N1', 'node'),
    await provisioned(
      joins === 'false center' || joins === 'guess' ? 'false' : 'thief',
      joins === 'false center' || joins === 'guess' ? 'center' : 'node',
    ),
  ];
  const admitting = (label: Label): readonly Input[] => [
    { type: 'command', command: { type: 'window.open' } },
    { type: 'command', command: { type: 'label.admit', label } as EventObject },
  ];
  const guess = { ...node.label, accessKey: new Secret(new Uint8Array(16)) };
  const { pair } = node.kept.nv.storage as NonNullable<Kept['nv']['storage']>;
  const stolen = { ...other.kept.nv, accessKey: node.label.accessKey };
  const thief = (forGood: boolean) => ({
    kept: { ...other.kept, nv: stolen, poses: { as: pair, forGood } },
    inputs: [],
  });
  const others = {
    nobody: [],
    guess: [{ kept: other.kept, inputs: admitting(guess) }],
    'false center': [{ kept: other.kept, inputs: admitting(node.label) }],
    'thief, own key': [thief(false)],
    'thief, key of the device': [thief(true)],
  } as const;
  return {
    members: [
      { kept: center.kept, inputs: admitting(node.label) },
      { kept: node.kept, inputs: [] },
      ...(others[joins] as Cast['members']),
    ],
    facts: new Set(),
    recorded: [],
  };
};

const isCenter = (device: string): boolean => device === 'CE' || device === 'false';

/** A joiner takes for its own whatever it can open. */
const isFor =
  (device: string, scenario: Scenario) =>
  ({ dst }: OutgoingMessage): boolean => {
    if (isCenter(device)) return dst === CENTER;
    return scenario.joins === undefined
      ? dst === ADDRESS[device] || dst === BROADCAST
      : dst !== CENTER && dst !== BROADCAST;
  };

export const exploreDevices = async (
  scenario: Scenario,
  options: {
    readonly properties?: readonly Property[];
    readonly most?: number;
    readonly untilBroken?: boolean;
  } = {},
): Promise<Found> => {
  const { commands = {}, waits, restarts = {}, alters = false, redirects, joins } = scenario;
  const { members, facts, recorded } = await (joins ? joinCast(joins) : memberCast(scenario));
  const devices = members.map(({ kept, inputs }) => new Histories(kept, inputs, facts));
  const budget = Object.fromEntries(
    members.map(({ kept: { name } }) => {
      const told = (commands[name] ?? []).map((command) => JSON.stringify(command));
      const counts = Object.fromEntries(
        told.map((text) => [text, told.filter((other) => other === text).length]),
      );
      return [name, { wait: waits[name] ?? 0, restart: restarts[name] ?? 0, ...counts }];
    }),
  );
  const { properties = Object.keys(PROPERTIES) as Property[], most = 20_000 } = options;
  const found = await search({
    devices,
    inputs: ({ device }: History, records) => [
      ...offered(records, isFor(device, scenario), { alters, ...(redirects && { redirects }) }).map(
        (number): Input => ({ type: 'hear', message: messageOf(number) }),
      ),
      ...(commands[device] ?? []).map((command): Input => ({ type: 'command', command })),
      ...((restarts[device] ?? 0) > 0 ? [{ type: 'restart' } as const] : []),
    ],
    budget,
    recorded: recorded.map(numbered),
    properties: Object.fromEntries(properties.map((name) => [name, PROPERTIES[name]])),
    most,
    untilBroken: options.untilBroken ?? false,
  });
  for (const device of devices) await device.close();
  return found;
};

const OF_SESSIONS: readonly string[] = [
  'K2.direct',
  'K4',
  'C1',
  'C2',
  'data',
  'ticket',
  'R2',
].concat(['roster.delta', 'roster.page']);

const isOfSessions = ({ dst, payload }: OutgoingMessage): boolean => {
  const packet = parsePacket(payload) as Packet;
  return !isJoiner(dst) && OF_SESSIONS.includes(packet.name);
};

const request = (peer: number, mode: 'direct' | 'indirect') =>
  ({ type: 'session.request', peer, mode }) as EventObject;
const revoke = (address: number) => ({ type: 'member.revoke', address }) as EventObject;

const ONCE = { CE: 1, N1: 1, N2: 1 } as const;

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a key, direct': { commands: { N1: [request(3, 'direct')] }, waits: { ...ONCE, N1: 2 } },
  'a key, altered': {
    commands: { N1: [request(3, 'direct')] },
    waits: ONCE,
    alters: true,
    redirects: [2, 3, 4],
  },
  'a key, indirect': { commands: { N1: [request(3, 'indirect')] }, waits: ONCE },
  'a ticket, altered': {
    commands: { N1: [request(3, 'indirect')] },
    waits: ONCE,
    alters: true,
    redirects: [2, 3, 4],
  },
  'two keys': {
    ...{ commands: { N1: [request(3, 'direct'), request(3, 'direct')] }, waits: { N1: 1 } },
    alters: true,
  },
  'two tickets': {
    commands: { N1: [request(3, 'indirect'), request(3, 'indirect')] },
    waits: { N1: 1 },
  },
  'an insider': { commands: { N1: [request(3, 'direct')] }, waits: {}, insider: true },
  'an old life': { held: 2, waits: {}, recordings: true, commands: { N1: [request(3, 'direct')] } },
  'confirms crossing': {
    held: 2,
    waits: {},
    redirects: [2, 3],
    commands: {
      N1: [{ type: 'session.confirm', peer: 3 } as EventObject],
      N2: [{ type: 'session.confirm', peer: 2 } as EventObject],
    },
  },
  'N2 is revoked': {
    commands: { N1: [request(3, 'direct')], CE: [revoke(3)] },
    waits: { N2: 1 },
    slow: true,
  },
  'N2 is revoked, held': {
    held: 1,
    commands: { CE: [revoke(3)], N1: [{ type: 'session.confirm', peer: 3 } as EventObject] },
    waits: {},
  },
  'N1 asks, restarts, asks': {
    ...{ commands: { N1: [request(3, 'direct'), request(3, 'direct')] }, waits: {} },
    restarts: { N1: 1 },
  },
  'N1 restarts': { held: 1, waits: { N1: 1 }, restarts: { N1: 1 } },
  'the CE restarts': { commands: { N1: [request(3, 'direct')] }, waits: {}, restarts: { CE: 1 } },
  join: { joins: 'nobody', waits: { N1: 1 }, alters: true },
  'join, the node restarts': { joins: 'nobody', waits: {}, restarts: { N1: 1 } },
  'join, the CE restarts': { joins: 'nobody', waits: { N1: 1 }, restarts: { CE: 1 } },
  'join, guess': { joins: 'guess', waits: { N1: 1 } },
  'join, thief with his own key': { joins: 'thief, own key', waits: { N1: 1, thief: 0 } },
  'join, thief with the key of the device': {
    joins: 'thief, key of the device',
    waits: { N1: 1, thief: 0 },
  },
  'join, false center': { joins: 'false center', waits: { N1: 1 } },
  'a forged list': { waits: {}, forgesList: true, recordings: true },
  'N2 leaves': { held: 1, commands: { N2: [{ type: 'leave' }] }, waits: { N2: 1 } },
};
