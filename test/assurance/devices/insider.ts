import { type Association, associationKeyId, underMasterKey } from '../../../actors/association.ts';
import type { MemberRecord, NetworkRecord } from '../../../actors/center/records.ts';
import { slotKeyId, underSessionKey } from '../../../actors/node/sessions.ts';
import type { KeyRef, Tpm } from '../../../drivers/tpm/interface.ts';
import { modelTpm } from '../../../drivers/tpm/model/model-tpm.ts';
import { type Sealable, seal } from '../../../protocol/envelope.ts';
import { CENTER } from '../../../protocol/identity.ts';
import { type Derivation, derivationBlock } from '../../../protocol/key-schedule.ts';
import type { MessageName } from '../../../protocol/messages.ts';
import type { Secret } from '../../../protocol/secret.ts';
import { storageKeyName } from '../../../protocol/tpm/storage-key.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import type { OutgoingMessage } from '../../../transports/lora/interface.ts';
import type { Kept } from './device.ts';

const NUMBER = 90;

/**
 * What a member says whose host is the attacker's: keys of his own for others, acknowledgements of
 * what he did not get, challenges under keys that nobody asked for.
 */
export const insiderSays = async (
  center: Kept,
  { nv }: Kept,
  address: number,
  epochs: { readonly node: number; readonly center: number },
): Promise<readonly OutgoingMessage[]> => {
  const tpm = modelTpm({ nv: { ...nv, holder: null }, random: seededRandom('tpm', 'insider') });
  const { netId } = center.store.get('network') as NetworkRecord;
  const association: Association = {
    ...{ root: { id: 'insider', ref: 'masterKey' }, netId, node: address },
    ...{ nodeEpoch: epochs.node, centerEpoch: epochs.center },
  };
  const said: OutgoingMessage[] = [];
  let counter = 1_000;
  const say = async <N extends MessageName>(
    key: readonly [KeyRef, Derivation],
    content: Omit<Sealable<N>, 'counter' | 'epoch'>,
  ): Promise<void> => {
    counter += 1;
    const message = { ...content, counter, epoch: epochs.node } as unknown as Sealable<N>;
    const payload = seal<N>(message, await derived(tpm, ...key));
    said.push({ net: netId[0] as number, src: content.src, dst: content.dst, payload });
  };
  const toCenter = underMasterKey(association, 'control', 'node→center');
  const control = { kid: associationKeyId(association), src: address, dst: CENTER } as const;
  for (const [at, peer] of [3].entries()) {
    const { storageKey } = center.store.get(`member/${peer}`) as MemberRecord;
    const input = { center: ownerOf(center), peerName: storageKeyName(storageKey) };
    const { key, wrap } = await tpm.perform('createSessionKey', input);
    const number = NUMBER + at;
    const body = { mode: 'direct', peer, number, wrap } as const;
    await say<'K1'>(['masterKey', toCenter], { name: 'K1', ...control, clear: {}, body });
    const transaction = { requester: address, epoch: epochs.node, number };
    const slot = { transaction, key };
    for (const [src, dst] of [[address, peer]] as const) {
      const under = underSessionKey(slot, 'confirm', { netId, src, dst });
      const challenge = new Uint8Array(8).fill(NUMBER);
      const place = { kid: slotKeyId(slot), src, dst, clear: { epoch: epochs.node } };
      await say<'C1'>([key, under], { name: 'C1', ...place, body: { challenge } });
    }
  }
  for (const re of [1, 2])
    await say<'K3.direct'>(['masterKey', toCenter], {
      ...{ name: 'K3.direct', ...control, clear: { re }, body: {} },
    });
  await tpm.close();
  return said;
};

const ownerOf = ({ nv }: Kept) => {
  const { suite, unique } = (nv.storage as NonNullable<typeof nv.storage>).pair;
  return { suite, unique };
};

const derived = async (tpm: Tpm, key: KeyRef, derivation: Derivation): Promise<Secret> => {
  const [secret] = await tpm.perform('derive', { key, blocks: [derivationBlock(derivation)] });
  return secret as Secret;
};
