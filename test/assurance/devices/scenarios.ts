import type { EventObject } from 'xstate';
import { BROADCAST, CENTER } from '../../../protocol/identity.ts';
import type { OutgoingMessage } from '../../../transports/lora/interface.ts';
import { offered } from './attacker.ts';
import { ADDRESS, joinCast, memberCast } from './cast.ts';
import type { Input } from './device.ts';
import { Histories, type History } from './histories.ts';
import { messageOf, numbered } from './messages.ts';
import { PROPERTIES, type Property } from './properties.ts';
import { type Found, search } from './search.ts';

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

export type Joins =
  | 'nobody'
  | 'guess'
  | 'false center'
  | 'thief, own key'
  | 'thief, key of the device';

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

const request = (peer: number, mode: 'direct' | 'indirect') =>
  ({ type: 'session.request', peer, mode }) as EventObject;
const revoke = (address: number) => ({ type: 'member.revoke', address }) as EventObject;

const confirm = (peer: number) => ({ type: 'session.confirm', peer }) as EventObject;
const reading = (peer: number) =>
  ({ type: 'reading.send', peer, payload: Uint8Array.of(1, 2, 3) }) as EventObject;

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
      N1: [confirm(3)],
      N2: [confirm(2)],
    },
  },
  'N2 is revoked': {
    commands: { N1: [request(3, 'direct')], CE: [revoke(3)] },
    waits: { N2: 1 },
    slow: true,
  },
  'N2 is revoked, held': {
    held: 1,
    commands: { CE: [revoke(3)], N1: [confirm(3)] },
    waits: {},
  },
  'a reading': {
    ...{ held: 1, commands: { N1: [confirm(3), reading(3)] }, waits: { N1: 1 } },
  },
  'N1 asks, restarts, asks': {
    ...{ commands: { N1: [request(3, 'direct'), request(3, 'direct')] }, waits: {} },
    restarts: { N1: 1 },
  },
  'N1 is revoked': {
    commands: { N1: [request(3, 'direct')], CE: [revoke(2)] },
    waits: {},
    slow: true,
  },
  'N2 restarts': {
    ...{ commands: { N1: [request(3, 'direct')] }, waits: { N2: 1 }, restarts: { N2: 1 } },
  },
  'N1 and the CE restart': { held: 1, waits: { CE: 1, N1: 1 }, restarts: { N1: 1, CE: 1 } },
  'N1 restarts': { held: 1, waits: { N1: 1 }, restarts: { N1: 1 } },
  'the CE restarts': { commands: { N1: [request(3, 'direct')] }, waits: {}, restarts: { CE: 1 } },
  join: { joins: 'nobody', waits: { N1: 1 }, alters: true },
  'join, the node restarts': { joins: 'nobody', waits: {}, restarts: { N1: 1 } },
  'join, the CE restarts': {
    ...{ joins: 'nobody', waits: { N1: 1 }, restarts: { CE: 1 } },
    commands: { CE: [{ type: 'window.open' }] },
  },
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
