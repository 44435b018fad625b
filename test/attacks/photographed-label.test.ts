import { describe, expect, test } from 'vitest';
import { associationKeyId } from '../../actors/association.ts';
import { concat, sha256, utf8 } from '../../protocol/bytes.ts';
import { open } from '../../protocol/envelope.ts';
import { CENTER } from '../../protocol/identity.ts';
import { firstJoinKey, masterKey, offerKey, presentationKey } from '../../protocol/key-schedule.ts';
import type { BodyOf, ClearOf } from '../../protocol/messages.ts';
import { type Packet, parsePacket } from '../../protocol/packet.ts';
import { Secret } from '../../protocol/secret.ts';
import { Attacker } from '../scenarios/attacker.ts';
import type { Overheard } from '../scenarios/frames.ts';
import { inNetwork } from '../scenarios/network.ts';
import { Insider } from './insider.ts';
import { firstControlKey, LabelThief } from './label-thief.ts';
import { accessKeyOf, masterKeyOf, PaperNode, paperNetwork } from './paper.ts';
import { decrypt } from './paper-cipher.ts';
import { spareDevice } from './spare-device.ts';

describe('as the paper writes it, who has the label', () => {
  test('later, reads all that he has recorded before', () => {
    const recorded = new PaperNode(2, accessKeyOf(2), {});
    const said = recorded.presentKey();
    expect(decrypt('cfb', masterKeyOf(accessKeyOf(2)), said)).toEqual(recorded.publicKey);
  });

  test('before, is the device, and what is meant for it reaches him', () => {
    const { center, nodes } = paperNetwork();
    const [device, other] = nodes;
    const thief = new PaperNode(device.address, accessKeyOf(device.address), { tpm: 'thief' });
    expect(center.join(device.address, thief.presentKey())).not.toBeNull();
    const key = sha256(utf8('SK'));
    const handed = center.translate(other.address, other.request(device.address, key));
    const delivery = handed?.packet ?? expect.fail('not translated');
    expect(device.takeDelivery(delivery)).toBeNull();
    expect(thief.takeDelivery(delivery)).toBe(other.address);
    expect(thief.sessions.get(other.address)).toEqual(key);
  });
});

describe('here, a label photographed after the join', () => {
  test('opens what was sealed under it alone, and neither a key nor anything said since', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const attacker = new Attacker(network);
      await network.join('N1');
      const { devId, accessKey } = network.world.label('N1');
      const said = (name: string): [Overheard, Packet] => {
        const heard = attacker.heard.find((message) => message.name === name) ?? expect.fail(name);
        return [heard, parsePacket(heard.payload) as Packet];
      };
      const [[j1, p1], [j2, p2], [j3, p3], [j4, p4], [j5, p5]] = [
        said('J1'),
        said('J2'),
        said('J3'),
        said('J4'),
        said('J5'),
      ];
      const { epoch: nodeEpoch, share: nodeShare } = p1.clear as ClearOf<'J1'>;
      const { epoch: centerEpoch, share: centerShare } = p2.clear as ClearOf<'J2'>;
      const at = ({ src, dst }: Overheard, { counter }: Packet) => ({
        src,
        dst,
        counter,
        epoch: dst === CENTER ? nodeEpoch : centerEpoch,
      });

      // What the label alone gives: that J1 is of this device, and what J2 says.
      const first = firstJoinKey(accessKey, devId);
      expect(open(p1, at(j1, p1), first)).toEqual({});
      const offer = offerKey(accessKey, devId, nodeShare, centerShare);
      const { netId, address } = open(p2, at(j2, p2), offer, j1.payload) as unknown as BodyOf<'J2'>;
      expect(address).toBe(network.world.address('N1'));

      // All that he could take for the two shares' secret, and for the credential.
      const known = [
        new Uint8Array(32),
        nodeShare,
        centerShare,
        nodeShare.map((byte, index) => byte ^ (centerShare[index] as number)),
        sha256(nodeShare, centerShare),
        concat(accessKey.reveal(), accessKey.reveal()),
        first.reveal(),
        offer.reveal(),
        new Uint8Array(0),
      ];
      const secrets = known.map((bytes) => new Secret(bytes));
      const transcript = sha256(j1.payload, j2.payload);
      const bound = sha256(j1.payload, j2.payload, j3.payload);
      for (const agreed of secrets) {
        const key = (step: 'J3' | 'J4') =>
          presentationKey(step, { accessKey, agreed }, transcript, netId, devId);
        expect(open(p3, at(j3, p3), key('J3'))).toBe('tag');
        expect(open(p4, at(j4, p4), key('J4'), bound)).toBe('tag');
      }
      const whole = sha256(j1.payload, j2.payload, j3.payload, j4.payload);
      const masters = [
        ...secrets,
        new Secret(sha256(accessKey.reveal())),
        ...secrets.flatMap((agreed) =>
          secrets.map((credential) =>
            masterKey({ accessKey, agreed, credential }, whole, netId, devId),
          ),
        ),
      ];
      const between = { netId, node: address, nodeEpoch, centerEpoch };
      for (const master of masters)
        expect(open(p5, at(j5, p5), firstControlKey(master, between))).toBe('tag');

      // Who can use the chip's key opens it, so it is the key that he lacks.
      const own = await new Insider(network, 'N1').underMaster('control');
      expect(open(p5, at(j5, p5), own)).toEqual({});
      expect(p5.kid).toBe(associationKeyId(new Insider(network, 'N1').association));
    }));
});

describe('here, a label photographed before the join', () => {
  test('gives no Master Key to whoever has not the TPM it is of', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { world } = network;
      const attacker = new Attacker(network);
      const thief = new LabelThief(attacker, world.label('N1'));
      thief.join((await spareDevice('N1')).storageKey);
      await world.clock.advance(5_000);
      const { idObject, seed } = thief.granted ?? expect.fail('no J4');

      const { tpm } = await spareDevice('thief');
      await expect(tpm.perform('activateCredential', { idObject, seed })).rejects.toThrow();
      const since = network.sightings.length;
      for (const guess of [new Uint8Array(16), idObject.slice(-16)])
        await attacker.tellAndWait(thief.confirm(new Secret(guess)));
      expect(network.refusals(since)).toEqual(['CE J5 tag', 'CE J5 tag']);
      expect(network.centerVersion).toBe(0);

      await network.join('N1');
      expect(network.centerVersion).toBe(1);
    }));

  test('raises an alarm once the device has joined', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { world } = network;
      await network.join('N1');
      await network.settle();
      const since = network.sightings.length;
      const second = await spareDevice('second device');
      new LabelThief(new Attacker(network), world.label('N1'), 99).join(second.storageKey);
      await world.clock.advance(10_000);
      expect(network.news('message.dead', since)).toEqual([
        expect.objectContaining({ device: 'CE', name: 'J1', reason: 'label-used' }),
      ]);
    }));

  test('of one device serves no second one, which is an alarm too', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const second = await spareDevice('second device');
      new LabelThief(new Attacker(network), network.world.label('N1')).join(second.storageKey);
      await network.settle();
      expect(network.failures()).toEqual([expect.stringMatching(/^CE join\..*: JOIN_WRONG_KEY$/)]);
    }));
});
