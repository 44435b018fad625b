import { describe, expect, test } from 'vitest';
import { associationKeyId } from '../../actors/association.ts';
import { ephemeral } from '../../protocol/agreement.ts';
import { equalBytes } from '../../protocol/bytes.ts';
import { seal } from '../../protocol/envelope.ts';
import { offerKey } from '../../protocol/key-schedule.ts';
import { type ClearOf, MESSAGES, type MessageName } from '../../protocol/messages.ts';
import { type Packet, parsePacket } from '../../protocol/packet.ts';
import { Secret } from '../../protocol/secret.ts';
import type { WorldOptions } from '../../simulations/world.ts';
import { Attacker } from './attacker.ts';
import { beginningOf, losing, type Overheard, overheardIn } from './frames.ts';
import { inNetwork, type Network } from './network.ts';
import { hanging, refusingFrom } from './spoiled-tpm.ts';

const lastOf = (network: Network, name: MessageName): Overheard =>
  overheardIn(network.transmissions).findLast((heard) => heard.name === name) as Overheard;

describe('within a run', () => {
  test('the offer of an earlier attempt is none in the next', () =>
    inNetwork({ nodes: 1, lose: losing(['J3'], 80_000) }, async (network) => {
      const { world } = network;
      const attacker = new Attacker(network);
      const offers: Overheard[] = [];
      attacker.on((heard) => {
        if (heard.name === 'J2') offers.push(heard);
        const [first, second] = offers;
        if (heard.name === 'J1' && first !== undefined && heard.src !== second?.dst)
          attacker.tell({ ...first, dst: heard.src });
      });
      await world.join('N1');
      await world.clock.advance(5_000);
      expect(offers.length).toBeGreaterThan(2);
      expect(network.refusals()).toContain('N1 J2 tag');
      expect(network.news('node.joined')).toHaveLength(1);
    }));

  test('the request of an earlier attempt does not end the next', () =>
    inNetwork({ nodes: 1, lose: losing(['J3'], 80_000) }, async (network) => {
      const attacker = new Attacker(network);
      const requests: Overheard[] = [];
      attacker.on((heard) => {
        if (heard.name === 'J1') requests.push(heard);
        const [first] = requests;
        if (heard.name === 'J3' && first !== undefined && heard.src !== first.src)
          attacker.tell(first);
      });
      await network.world.join('N1');
      expect(network.refusals()).toContain('CE J1 repeated');
      const unsealed = network.tpmUses.filter(({ operation }) => operation === 'unsealAccessKey');
      const attempts = new Set(requests.map(({ src }) => src));
      expect(unsealed).toHaveLength(attempts.size);
    }));

  test('an acknowledgement that comes late ends no later request', () => {
    const k3 = { isLost: true };
    let answerLate = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      answerLate = resolve;
    });
    return inNetwork(
      {
        nodes: 2,
        lose: ({ frame }) => k3.isLost && beginningOf(frame) === 'K3.direct',
        wrapTpm: hanging({ device: 'CE', operation: 'translate', nth: 0 }, late),
      },
      async (network) => {
        const { world } = network;
        await network.join('N1', 'N2');
        const attacker = new Attacker(network);
        const acknowledgements: Overheard[] = [];
        const deliveries: Overheard[] = [];
        attacker.on((heard) => {
          if (heard.name === 'K3.direct') acknowledgements.push(heard);
          if (heard.name !== 'K2.direct') return;
          const isNext =
            deliveries.length > 0 &&
            !equalBytes(deliveries[0]?.payload as Uint8Array, heard.payload);
          deliveries.push(heard);
          const [first] = acknowledgements;
          if (!isNext || first === undefined || !k3.isLost) return;
          k3.isLost = false;
          attacker.tell(first);
        });
        network.request('N1', world.address('N2'));
        await world.clock.advance(5_000);
        answerLate();
        const gaveUp = () => network.failures().length > 1;
        await world.until(gaveUp, 60_000, 'N1 gives up');
        await network.session('N1', 'N2');
        expect(network.failures().toSorted()).toEqual([
          'CE ktc.translator.2: unreachable',
          'N1 ktc.requester.3: unreachable',
        ]);
        expect(network.refusals()).toContain('CE K3.direct unrequested');
        expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      },
    );
  });

  test('a challenge answered before is not answered anew after a later one', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const first = lastOf(network, 'C1');
      world.node('N1').actor.send({ type: 'session.confirm', peer: world.address('N2') });
      await network.settle();
      const [used, since] = [network.tpmUses.length, network.sightings.length];
      await new Attacker(network).tellAndWait(first);
      expect(network.refusals(since)).toEqual(['N2 C1 replay']);
      expect(network.tpmUses).toHaveLength(used);
    }));

  test('a list that the Central Entity did not sign is refused by name', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.settle();
      const { dst, ...genuine } = lastOf(network, 'roster.delta');
      const forged = Uint8Array.from(genuine.payload);
      const at = forged.indexOf(2, 6);
      forged[at] = 3;
      const [state, since] = [network.state(), network.sightings.length];
      await new Attacker(network).tellAndWait({ ...genuine, dst, payload: forged });
      expect(network.refusals(since)).toEqual([
        'CE roster.delta not-for-this-role',
        'N1 roster.delta forged',
        'N2 roster.delta forged',
      ]);
      expect(network.state()).toBe(state);
    }));

  test('nothing opens under the secrets that a join has wiped', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      const { world } = network;
      const attacker = new Attacker(network);
      await network.join('N1');
      await network.settle();
      const j1 = attacker.heard.find(({ name }) => name === 'J1') as Overheard;
      const { share } = (parsePacket(j1.payload) as Packet).clear as ClearOf<'J1'>;
      const { devId } = world.label('N1');
      const own = ephemeral(new Uint8Array(32).fill(5));
      const wiped = new Secret(new Uint8Array(16));
      const payload = seal<'J2'>(
        {
          ...{ name: 'J2', kid: 0, src: 1, dst: j1.src, epoch: 1, counter: 99, bound: j1.payload },
          clear: { devId: devId.slice(0, 8), epoch: 1, share: own.share },
          body: { netId: new Uint8Array(8).fill(1), address: 9, rosterVersion: 0 },
        },
        offerKey(wiped, devId, share, own.share),
      );
      const since = network.sightings.length;
      await attacker.tellAndWait({ net: 0, src: 1, dst: world.address('N1'), payload });
      expect(network.refusals(since)).toEqual(['N1 J2 unknown-source']);
    }));

  test('the acknowledgement of an earlier request is none of the next', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const earlier = lastOf(network, 'K4');
      const attacker = new Attacker(network);
      attacker.on(({ name }) => name === 'K1' && attacker.tell(earlier));
      const since = network.sightings.length;
      await network.session('N1', 'N2');
      expect(network.refusals(since).filter((refusal) => refusal.startsWith('N1'))).toEqual([
        expect.stringMatching(/^N1 K4 (repeated|replay)$/),
      ]);
      expect(network.endings(since)).toContain('N1 ktc.requester.3: null');
      expect(await network.readings(['N1', 'N2'])).toEqual(['N1→N2']);
    }));

  test('a delivery that comes again is acknowledged again, and nothing else', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      const attacker = new Attacker(network);
      await network.session('N1', 'N2');
      const [state, used, since] = [
        network.state(),
        network.tpmUses.length,
        network.sightings.length,
      ];
      await attacker.tellAndWait(lastOf(network, 'K2.direct'));
      expect(network.refusals(since)).toEqual(['N2 K2.direct repeated', 'CE K3.direct repeated']);
      expect([network.state(), network.tpmUses.length]).toEqual([state, used]);
    }));

  test('a challenge reflected at its sender opens nothing', () => {
    const challenged = losing(['C1']);
    const lose: typeof challenged = (departure, receiver) =>
      departure.radioId === 'N1' && challenged(departure, receiver);
    return inNetwork({ nodes: 2, lose }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      const attacker = new Attacker(network);
      attacker.on(({ name, net, src, dst, payload }) => {
        if (name !== 'C1' || src !== world.address('N1')) return;
        const answer = Uint8Array.from(payload);
        answer[0] = MESSAGES.C2.id;
        // N1 hears nothing while it repeats itself.
        for (const afterMs of [0, 500, 1000, 1500]) {
          world.clock.setTimeout(() => {
            for (const said of [payload, answer]) {
              attacker.tell({ net, src: dst, dst: src, payload: said });
            }
          }, afterMs);
        }
      });
      await network.session('N1', 'N2');
      expect(network.refusals().filter((refusal) => refusal.startsWith('N1'))).toEqual(
        expect.arrayContaining(['N1 C1 tag', 'N1 C2 tag']),
      );
      expect(network.news('session.confirmed')).toHaveLength(2);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    });
  });

  test('a ticket presented by somebody else first still serves its owner', () => {
    let isPresented = false;
    const lose: NonNullable<WorldOptions['lose']> = ({ radioId, frame }) =>
      radioId === 'N1' && !isPresented && beginningOf(frame) === 'ticket';
    return inNetwork({ nodes: 3, lose }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2', 'N3');
      const attacker = new Attacker(network);
      attacker.on(({ name, net, payload }) => {
        if (name !== 'K2.indirect') return;
        const { ticket } = (parsePacket(payload) as Packet).clear as ClearOf<'K2.indirect'>;
        const [src, dst] = [world.address('N3'), world.address('N2')];
        // The first meets a frame of N1, which then waits until he is done.
        for (const _ of [1, 2, 3]) attacker.tell({ net, src, dst, payload: ticket });
        world.clock.setTimeout(() => {
          isPresented = true;
        }, 2_000);
      });
      await network.session('N1', 'N2', 'indirect');
      expect(network.refusals()).toContain('N2 ticket not-its-own');
      expect(network.failures()).toEqual([]);
      expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
    });
  });

  test('a ticket for one node opens at no other', () =>
    inNetwork({ nodes: 3 }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2', 'N3');
      await network.session('N1', 'N2', 'indirect');
      const attacker = new Attacker(network);
      const [state, since] = [network.state(), network.sightings.length];
      const payload = Uint8Array.from(lastOf(network, 'ticket').payload);
      const { netId } = world.store('CE').get<{ netId: Uint8Array }>('network') as {
        netId: Uint8Array;
      };
      const dst = world.address('N3');
      const ticket = { net: netId[0] as number, src: world.address('N1'), dst, payload };
      const member = world.store('CE').get(`member/${dst}`) as {
        nodeEpoch: number;
        centerEpoch: number;
      };
      payload[1] = associationKeyId({
        ...member,
        netId,
        node: dst,
        root: { id: '', ref: 'masterKey' },
      });
      await attacker.tellAndWait(ticket);
      expect(network.refusals(since)).toEqual(['N3 ticket tag']);
      expect(network.state()).toBe(state);
    }));
});

describe('TPM work for forged frames', () => {
  test('under a key that was derived ahead is none', () =>
    inNetwork({ nodes: 2, lose: losing(['C1'], 60_000) }, async (network) => {
      const { world } = network;
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      const challenge = lastOf(network, 'C1');
      const attacker = new Attacker(network);
      const [used, startMs] = [network.tpmUses.length, world.clock.now()];
      for (let at = 0; at < 60; at += 1) {
        const payload = Uint8Array.from(challenge.payload);
        (payload[payload.length - 1 - (at % 16)] as number) ^= 1 + at;
        await attacker.tellAndWait({ ...challenge, payload }, 500);
      }
      const uses = network.tpmUses.slice(used).filter(({ device }) => device === 'N2');
      expect(world.clock.now() - startMs).toBeCloseTo(30_000);
      expect(uses).toEqual([]);
      expect(network.refusals().filter((refusal) => refusal === 'N2 C1 tag')).toHaveLength(60);
    }));

  test('under a key that the TPM does not give is one attempt in 10 s', () =>
    inNetwork(
      {
        nodes: 2,
        lose: losing(['C1'], 60_000),
        wrapTpm: refusingFrom({ device: 'N2', operation: 'derive', nth: 1 }),
      },
      async (network) => {
        await network.join('N1', 'N2');
        await network.session('N1', 'N2');
        const attacker = new Attacker(network);
        const challenge = lastOf(network, 'C1');
        const since = network.sightings.length;
        for (let at = 0; at < 60; at += 1) await attacker.tellAndWait(challenge, 500);
        const asked = network.sightings
          .slice(since)
          .filter(({ device, type }) => device === 'N2' && type === 'tpm.requested');
        expect(asked).toHaveLength(3);
        const refusals = network.refusals(since);
        expect(refusals.filter((refusal) => refusal === 'N2 C1 rate')).toHaveLength(57);
      },
    ));

  test.each(['K1', 'peer.query', 'roster.get', 'J5', 'J1', 'J3'] as const)(
    'in the name of a member is none at all: %s',
    (name) =>
      inNetwork({ nodes: 2 }, async (network) => {
        await network.join('N1', 'N2');
        await network.session('N1', 'N2');
        const attacker = new Attacker(network);
        const genuine = overheardIn(network.transmissions).find((heard) => heard.name === name);
        const [used, since, state] = [
          network.tpmUses.length,
          network.sightings.length,
          network.state(),
        ];
        const { payload } = genuine ?? lastOf(network, 'peer.query');
        for (let at = 0; at < 20; at += 1) {
          const forged = Uint8Array.from(payload);
          forged[0] = MESSAGES[name].id;
          forged[5] = 200;
          (forged[forged.length - 1] as number) ^= 1 + at;
          await attacker.tellAndWait(
            { ...(genuine ?? lastOf(network, 'peer.query')), payload: forged },
            500,
          );
        }
        expect(network.tpmUses.length - used).toBe(0);
        expect(network.refusals(since)).toHaveLength(20);
        expect(network.state()).toBe(state);
      }),
  );
});
