import type { EventObject } from 'xstate';
import type { MemberRecord, NetworkRecord } from '../../../actors/center/records.ts';
import { encodeBody } from '../../../protocol/body.ts';
import { concat } from '../../../protocol/bytes.ts';
import { BROADCAST, CENTER, isJoiner, shortDevId } from '../../../protocol/identity.ts';
import type { Label } from '../../../protocol/label.ts';
import { encodeOpen, type Packet, parsePacket, SIGNATURE_BYTES } from '../../../protocol/packet.ts';
import type { Roster } from '../../../protocol/roster.ts';
import { Secret } from '../../../protocol/secret.ts';
import type { OutgoingMessage } from '../../../transports/lora/interface.ts';
import type { Input, Kept } from './device.ts';
import type { Fact } from './facts.ts';
import { insiderSays } from './insider.ts';
import type { Joins, Scenario } from './scenarios.ts';
import { type Beginning, joinedNetwork, provisioned } from './story.ts';

export const ADDRESS: Readonly<Record<string, number>> = { CE: CENTER, N1: 2, N2: 3, N3: 4 };

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

export const memberCast = async (scenario: Scenario): Promise<Cast> => {
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
  const { version } = store.get('roster') as Pick<Roster, 'version'>;
  const { address, devId } = store.get(`member/${ADDRESS.N2}`) as MemberRecord;
  const entry = { address, state: 'revoked', devId: shortDevId(devId) } as const;
  const body = encodeBody('roster.delta', { version: version + 1, entries: [entry] });
  const open = encodeOpen({ name: 'roster.delta', kid: 0, counter: 1_000 }, {});
  const [net = 0] = (store.get('network') as NetworkRecord).netId;
  const payload = concat(open, body, new Uint8Array(SIGNATURE_BYTES).fill(1));
  return { net, src: CENTER, dst: BROADCAST, payload };
};

/** A device that is to join, its center, and who would like to be one of them. */
export const joinCast = async (joins: Joins): Promise<Cast> => {
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
