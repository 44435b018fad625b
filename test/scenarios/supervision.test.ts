import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { AnyActorRef, EventObject } from 'xstate';
import { Outlets } from '../../actors/outlets.ts';
import { memoryStore } from '../../actors/store.ts';
import { MAX_RESTARTS } from '../../actors/supervision.ts';
import { MAX_WAITING } from '../../actors/tpm.ts';
import { openEsapiTpm } from '../../drivers/tpm/esapi/open.ts';
import type { Tpm } from '../../drivers/tpm/interface.ts';
import { provisionDevice } from '../../runtime/provision.ts';
import { startBus } from '../../simulations/swtpm/bus.ts';
import { isSwtpmInstalled, startSwtpm } from '../../simulations/swtpm/process.ts';
import { timedTpm } from '../../simulations/timed-tpm.ts';
import { latencyTable } from '../../simulations/tpm-supply.ts';
import { casesOf } from '../extended.ts';
import { inNetwork, type Network } from './network.ts';
import { hanging, refusingFrom } from './spoiled-tpm.ts';

const rootOf = (network: Network, device: string): AnyActorRef =>
  (device === 'CE' ? network.world.center : network.world.node(device)).actor;

const childOf = (network: Network, device: string, child: string): AnyActorRef | undefined =>
  rootOf(network, device).getSnapshot().children[child];

/** An event of this type that throws where it is looked at. */
const poison = (type: string, field: string): EventObject =>
  Object.defineProperty({ type }, field, {
    get: () => {
      throw new RangeError('poison');
    },
  });

const POISON = {
  tpm: poison('tpm.requested', 'job'),
  radio: poison('radio.listenAs', 'addresses'),
  router: poison('radio.heard', 'message'),
} as const;
const ROSTER = {
  CE: poison('entry.changed', 'entry'),
  N1: poison('version.heard', 'version'),
} as const;

const FAULT = expect.stringMatching(/fault in TIES/);

type Child = keyof typeof POISON | 'roster';

const crash = (network: Network, device: 'CE' | 'N1', child: Child): void =>
  childOf(network, device, child)?.send(child === 'roster' ? ROSTER[device] : POISON[child]);

/** Who has children for nothing: every run of the scene is over. */
const childrenOf = (network: Network, ...devices: string[]): string[] =>
  devices.map((device) =>
    Object.keys(rootOf(network, device).getSnapshot().children).toSorted().join(' '),
  );
const LASTING = 'radio roster router tpm';
/** Of a node that was told to send readings. */
const LASTING_SENDER = 'radio readings roster router tpm';

const talk = async (network: Network, from: string, to: string): Promise<readonly string[]> => {
  await network.session(from, to);
  return network.readings([from, to], [to, from]);
};

describe('a child that lives as long as its root and throws', () => {
  const children = ['tpm', 'radio', 'router', 'roster'] as const;
  const CASES = children.flatMap((child) =>
    (['CE', 'N1'] as const).map((device) => ({ child, device })),
  );
  test.each(casesOf(CASES, (_, at) => [0, 3, 4, 7].includes(at)))(
    '$child of $device: it is there again after a second, and the network goes on',
    (it) =>
      inNetwork({ nodes: 3 }, async (network) => {
        await network.join('N1', 'N2');
        crash(network, it.device, it.child);
        expect(childOf(network, it.device, it.child)).toBeUndefined();
        await network.world.clock.advance(1_000);
        expect(network.news('child.restarted')).toMatchObject([
          { device: it.device, actor: it.child, reason: 'crashed', advice: FAULT },
        ]);
        const since = network.sightings.length;
        await network.join('N3');
        await network.world.until(
          () => ['N1', 'N2', 'N3'].every((name) => network.isCurrent(name)),
          60_000,
          'all hold the newest list',
        );
        expect(await talk(network, 'N1', 'N3')).toEqual(['N1→N3', 'N3→N1']);
        // What was there before hears nothing any more.
        expect(network.refusals(since).filter((refusal) => / (J|K|C)\d/.test(refusal))).toEqual([]);
        expect(childrenOf(network, 'CE', 'N1', 'N3')).toEqual([
          LASTING,
          LASTING_SENDER,
          LASTING_SENDER,
        ]);
      }),
  );

  test('the queue to the TPM: what it had in hand ends by name, and goes well the next time', () =>
    inNetwork({ nodes: 2 }, async (network) => {
      await network.join('N1', 'N2');
      network.request('N1', network.world.address('N2'));
      await network.world.until(
        () => childOf(network, 'N1', 'tpm')?.getSnapshot().context.running !== null,
        60_000,
        'the TPM is at work',
      );
      crash(network, 'N1', 'tpm');
      await network.settle();
      expect(network.failures()).toEqual(['N1 ktc.requester.3: TPM_UNAVAILABLE']);
      expect(network.news('run.ended').find(({ reason }) => reason !== null)?.advice).toMatch(
        /again/,
      );
      expect(await talk(network, 'N1', 'N2')).toEqual(['N1→N2', 'N2→N1']);
    }));

  test('the publisher of the list: a member who came meanwhile is on it all the same', async () => {
    let network: Network | null = null;
    const watch: NonNullable<Parameters<typeof inNetwork>[0]['watch']> = (seen) => {
      const { device, kind, type } = seen;
      const name = (seen.what as { name?: string }).name;
      if (network && device === 'CE' && kind === 'event' && type === 'message.opened')
        if (name === 'J5') crash(network, 'CE', 'roster');
    };
    await inNetwork({ nodes: 2, watch }, async (made) => {
      await made.join('N1');
      network = made;
      await made.join('N2');
      expect(made.news('child.restarted')).toMatchObject([{ device: 'CE', actor: 'roster' }]);
      expect(await talk(made, 'N1', 'N2')).toEqual(['N1→N2', 'N2→N1']);
    });
  });

  test('the keeper of the list: of a version named meanwhile it knows', () =>
    inNetwork({ nodes: 1 }, async (network) => {
      await network.join('N1');
      crash(network, 'N1', 'roster');
      const event = {
        type: 'ticket.issued',
        from: 1,
        clear: { re: 0 },
        body: { rosterVersion: 9 },
      };
      const request = { from: 1, name: 'K4', counter: 0, digest: new Uint8Array(32) };
      rootOf(network, 'N1').send({ type: 'message.opened', name: 'K4', event, request });
      await network.world.clock.advance(1_000);
      const keeper = childOf(network, 'N1', 'roster');
      expect(keeper?.getSnapshot()).toMatchObject({ value: 'behind', context: { wanted: 9 } });
    }));

  test.each([
    { device: 'N1', news: 'node.failed' },
    { device: 'CE', news: 'center.failed' },
  ] as const)('too often, at $device: $news says why, and the others go on', ({ device, news }) =>
    inNetwork({ nodes: 3 }, async (network) => {
      const { clock } = network.world;
      await network.join('N1', 'N2', 'N3');
      await network.session('N2', 'N3');
      for (let crashes = 0; crashes <= MAX_RESTARTS; crashes += 1) {
        crash(network, device, 'router');
        await clock.advance(10_000);
      }
      expect(network.news('child.restarted')).toHaveLength(MAX_RESTARTS);
      expect(network.news(news)).toMatchObject([
        { device, reason: 'router-crashed', advice: expect.stringMatching(/report it/) },
      ]);
      expect(childrenOf(network, device)).toEqual(['']);
      expect(await network.readings(['N2', 'N3'], ['N3', 'N2'])).toEqual(['N2→N3', 'N3→N2']);
    }),
  );
});

test('a protocol run that throws ends alone, and the next one goes well', () =>
  inNetwork({ nodes: 3 }, async (network) => {
    await network.join('N1', 'N2', 'N3');
    network.request('N1', network.world.address('N2'));
    const run = (): AnyActorRef | undefined => childOf(network, 'N1', 'ktc.requester.3');
    await network.world.until(
      () => run()?.getSnapshot().value === 'requesting',
      60_000,
      'the request is on the air',
    );
    run()?.send(poison('request.refused', 'body'));
    expect(network.failures()).toEqual(['N1 ktc.requester.3: crashed']);
    expect(await talk(network, 'N2', 'N3')).toEqual(['N2→N3', 'N3→N2']);
    expect(await talk(network, 'N1', 'N2')).toEqual(['N1→N2', 'N2→N1']);
    expect(network.news('child.restarted')).toEqual([]);
    expect(childrenOf(network, 'N1', 'N2')).toEqual([LASTING_SENDER, LASTING_SENDER]);
  }));

test('a full queue before a TPM: TPM_BUSY with what to do, the others go on, then it serves', async () => {
  let answer = (): void => undefined;
  const late = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const wrapTpm = hanging({ device: 'N1', operation: 'sign', nth: 0 }, late);
  await inNetwork({ nodes: 3, wrapTpm }, async (network) => {
    await network.join('N1', 'N2', 'N3');
    const outlets = new Outlets(() => childOf(network, 'N1', 'tpm'), memoryStore());
    for (let jobs = 0; jobs <= MAX_WAITING; jobs += 1)
      outlets.perform('sign', { digest: new Uint8Array(32) }).catch(() => undefined);
    network.request('N1', network.world.address('N2'));
    await network.world.clock.advance(30_000);
    expect(network.news('run.ended').filter(({ reason }) => reason !== null)).toMatchObject([
      { reason: 'TPM_BUSY', advice: expect.stringMatching(/Try again later/) },
    ]);
    expect(await talk(network, 'N2', 'N3')).toEqual(['N2→N3', 'N3→N2']);
    answer();
    await network.settle();
    expect(await talk(network, 'N1', 'N2')).toEqual(['N1→N2', 'N2→N1']);
  });
});

test('a TPM that fails a join which goes on trying: the operator hears of it, once in ten minutes', () =>
  inNetwork(
    { nodes: 1, wrapTpm: refusingFrom({ device: 'N1', operation: 'readAccessKey', nth: 0 }) },
    async (network) => {
      network.world.switchOn('N1');
      await network.settle(1_200_000);
      const told = network.news('tpm.failed');
      expect(told).toMatchObject(
        told.map(() => ({
          device: 'N1',
          operation: 'readAccessKey',
          reason: 'TPM_REFUSED',
          advice: 'The test refuses this for good.',
        })),
      );
      expect(told).toHaveLength(2);
    },
  ));

test('of a device that is stopped nothing goes on, also not what was about to be restarted', async () => {
  await inNetwork({ nodes: 2 }, async (network) => {
    await network.join('N1', 'N2');
    network.request('N1', network.world.address('N2'));
    await network.world.clock.advance(500);
    for (const child of ['tpm', 'radio', 'router', 'roster'] as const) crash(network, 'N1', child);
    const { clock } = network.world;
    await network.world.close();
    const seen = network.sightings.length;
    // It ends: no timer makes another without end.
    await clock.runUntil(() => false);
    expect(network.sightings.length).toBe(seen);
  });
});

/** TPM2_Clear, authorized by the lockout's empty password (Part 3, 24.6). */
const CLEAR = Buffer.from('80020000001b000001264000000c00000009400000090000000000', 'hex');
/** CMD_INIT of swtpm's control channel: the power goes and comes. */
const INIT = Buffer.from('0000000200000000', 'hex');

describe.runIf(isSwtpmInstalled())('a swtpm of one node', () => {
  /** A network where N1's TPM is a swtpm; `harm` is done to it once both nodes are members. */
  const harmed = async (
    harm: 'reset' | 'clear',
    scene: (network: Network, tpm: Tpm) => Promise<void>,
  ): Promise<void> => {
    const swtpm = await startSwtpm();
    let next: Uint8Array | null = null;
    const precede = (): Uint8Array | null => {
      const command = next;
      next = null;
      return command;
    };
    const { tcti } = await startBus(swtpm, { precede });
    const own = await openEsapiTpm({ tcti });
    try {
      const label = await provisionDevice({ role: 'node', suite: 'p256' }, own);
      let network: Network | null = null;
      const wrapTpm = (tpm: Tpm, device: string): Tpm =>
        device === 'N1' && network !== null
          ? timedTpm(own, network.world.clock, latencyTable('slb9670'))
          : tpm;
      await inNetwork({ nodes: 3, wrapTpm }, async (made) => {
        network = made;
        if (label !== null) made.world.center.actor.send({ type: 'label.admit', label });
        await made.join('N1', 'N2', 'N3');
        await made.session('N1', 'N2');
        if (harm === 'clear') next = CLEAR;
        else {
          const control = connect(`${swtpm.path}.ctrl`);
          control.write(INIT);
          await once(control, 'data');
          control.destroy();
        }
        await scene(made, own);
      });
    } finally {
      await own.close();
      await swtpm.stop();
    }
  };

  test('that is reset is started again, and everything goes on', () =>
    harmed('reset', async (network, tpm) => {
      const before = network.sightings.length;
      expect(await talk(network, 'N1', 'N3')).toEqual(['N1→N3', 'N3→N1']);
      expect(await talk(network, 'N2', 'N1')).toEqual(['N2→N1', 'N1→N2']);
      expect(network.failures(before)).toEqual([]);
      expect(await tpm.handles()).toMatchObject({ transient: 0, sessions: 0 });
    }));

  test('that is cleared: it says so, asks the TPM no more than before, and the others go on', () =>
    harmed('clear', async (network, tpm) => {
      const before = network.sightings.length;
      await network.session('N1', 'N3');
      const failed = network.news('run.ended', before).filter(({ reason }) => reason !== null);
      expect(failed).toMatchObject([
        { device: 'N1', reason: 'TPM_REFUSED', advice: expect.stringMatching(/provision/) },
      ]);
      const uses = (): number =>
        network.sightings.filter(({ device, type }) => device === 'N1' && type === 'tpm.requested')
          .length;
      const used = uses();
      await network.settle(3_600_000);
      expect(uses() - used).toBeLessThan(10);
      expect(await talk(network, 'N2', 'N3')).toEqual(['N2→N3', 'N3→N2']);
      expect(await tpm.handles()).toMatchObject({ transient: 0, sessions: 0, persistent: 0 });
      expect(childrenOf(network, 'N1')).toEqual([LASTING]);
    }));
});
