import { describe, expect, test } from 'vitest';
import type { TpmOperationName } from '../../drivers/tpm/interface.ts';
import type { KtcMode } from '../../machines/ktc/requester.ts';
import { isSwtpmInstalled } from '../../simulations/swtpm/process.ts';
import { casesOf } from '../extended.ts';
import { inNetwork, type Network } from './network.ts';
import { noting, refusing, spoilingWrapOf, type Use } from './spoiled-tpm.ts';

/** The nodes join as far as they can, one by one, and each asks the next for a session. */
const attempt = async (network: Network, mode: KtcMode): Promise<void> => {
  const { world } = network;
  for (const name of world.nodeNames) {
    world.switchOn(name);
    await world.clock.advance(20_000);
  }
  await network.settle();
  const names = world.nodeNames.filter((name) => world.hasJoined(name));
  for (const [index, from] of names.entries())
    await network.session(from, names[(index + 1) % names.length] as string, mode);
};

/** Who has a session with whom in the end, found out by readings. */
const talking = (network: Network, names: readonly string[]): Promise<string[]> =>
  network.readings(
    ...names.map(
      (from, at) => [from, names[(at + 1) % names.length] as string] as [string, string],
    ),
  );

/** Every operation of the main job, and how often each device uses it. */
const uses = async (mode: KtcMode): Promise<readonly Use[]> => {
  const seen: Use[] = [];
  await inNetwork({ nodes: 3, wrapTpm: noting(seen) }, (network) => attempt(network, mode));
  return seen;
};

const NODES = ['N1', 'N2', 'N3'];
const FIRST: TpmOperationName = 'createSessionKey';
/** Most operations serve one purpose; these serve several, and each is tried. */
const DIFFERENT_USES: Partial<Record<TpmOperationName, number>> = {
  derive: Number.POSITIVE_INFINITY,
  raiseRosterFloor: 2,
};
const all = { direct: await uses('direct'), indirect: await uses('indirect') };
const CASES = (['direct', 'indirect'] as const).flatMap((mode) =>
  all[mode]
    // What comes before the first key is the same in both methods.
    .slice(mode === 'direct' ? 0 : all[mode].findIndex(({ operation }) => operation === FIRST))
    // The first node is told of each that joins; the next one begins with a page.
    .filter(
      ({ device, operation }) =>
        device === 'CE' || device === (operation === 'raiseRosterFloor' ? 'N2' : 'N1'),
    )
    .filter(({ operation, nth }) => nth < (DIFFERENT_USES[operation] ?? 1))
    .map((use) => ({ mode, ...use })),
);

describe('a TPM that refuses one operation once', () => {
  test('is tried at every operation of the main job', () => {
    const operations = new Set(CASES.map(({ device, operation }) => `${device[0]} ${operation}`));
    expect([...operations].toSorted()).toEqual(
      [
        ...['boot', 'createMasterKey', 'derive', 'raiseRosterFloor', 'sealAccessKey', 'sign'].map(
          (name) => `C ${name}`,
        ),
        ...['translate', 'unsealAccessKey'].map((name) => `C ${name}`),
        ...['activateCredential', 'boot', 'createSessionKey', 'derive', 'importSessionKey'].map(
          (name) => `N ${name}`,
        ),
        ...[
          'persistMasterKey',
          'raiseRosterFloor',
          'readAccessKey',
          'removeAccessKey',
          'writeIdentity',
        ].map((name) => `N ${name}`),
      ].toSorted(),
    );
  });

  test.each(
    casesOf(
      CASES.filter(({ operation, device }) => !(device === 'CE' && /boot|seal/.test(operation))),
      ({ mode }, at) => mode === 'direct' && at % 2 === 0,
    ),
  )(
    '$device $operation $nth, $mode: a named end or a retry, and the others go on',
    ({ device, operation, nth, mode }) =>
      inNetwork({ nodes: 3, wrapTpm: refusing({ device, operation, nth }) }, async (network) => {
        await attempt(network, mode);
        const joined = NODES.filter((name) => network.world.hasJoined(name));
        const named = [
          ...network.failures(),
          ...network.news('node.failed').map(({ device: name, reason }) => `${name} ${reason}`),
        ];
        if (joined.length < NODES.length) expect(named.join()).toMatch(/TPM_REFUSED/);
        const whole = await talking(network, joined);
        for (const name of ['N2', 'N3']) expect(joined).toContain(name);
        if (whole.length < joined.length) expect(named).not.toEqual([]);
        expect(whole).toContain('N2→N3');
        for (const name of ['CE', ...joined])
          expect(await network.world.tpm(name).handles()).toMatchObject({
            transient: 0,
            sessions: 0,
          });
        // What failed goes well the next time.
        for (const [at, from] of joined.entries()) {
          const to = joined[(at + 1) % joined.length] as string;
          if (!whole.includes(`${from}→${to}`)) await network.session(from, to, mode);
        }
        if (whole.length < joined.length)
          expect(await talking(network, joined)).toHaveLength(joined.length);
      }),
  );
});

describe('a session key that was spoiled on its way', () => {
  const asked = (network: Network, device: string, operation: TpmOperationName): number =>
    network.sightings.filter(
      (seen) =>
        seen.device === device &&
        seen.type === 'tpm.requested' &&
        (seen.what as { job: { name: string } }).job.name === operation,
    ).length;

  test.each(['direct', 'indirect'] as const)('by N1 is refused once and for all, %s', (mode) =>
    inNetwork({ nodes: 2, wrapTpm: spoilingWrapOf('createSessionKey') }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2', mode);
      expect(network.failures().toSorted()).toEqual([
        'CE ktc.translator.2: TPM_BAD_WRAP',
        'N1 ktc.requester.3: malformed',
      ]);
      expect(asked(network, 'N1', 'createSessionKey')).toBe(1);
    }),
  );

  test.each([
    [
      'direct',
      [
        'N2 ktc.receiver.2: TPM_BAD_WRAP',
        'CE ktc.translator.2: malformed',
        'N1 ktc.requester.3: malformed',
      ],
    ],
    ['indirect', ['N2 ktc.receiver.2: TPM_BAD_WRAP', 'N1 ktc.requester.3: unanswered']],
  ] as const)('by the Central Entity costs N2 one import, %s', (mode, failures) =>
    inNetwork({ nodes: 2, wrapTpm: spoilingWrapOf('translate') }, async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2', mode);
      expect(network.failures().toSorted()).toEqual(failures.toSorted());
      expect(asked(network, 'N1', 'createSessionKey')).toBe(1);
      expect(asked(network, 'N2', 'importSessionKey')).toBe(1);
    }),
  );
});

test('a challenge whose keys the TPM refuses once is answered when it comes again', () =>
  inNetwork(
    { nodes: 2, wrapTpm: refusing({ device: 'N2', operation: 'derive', nth: 2 }) },
    async (network) => {
      await network.join('N1', 'N2');
      await network.session('N1', 'N2');
      expect(network.failures()).toEqual(['N2 confirm.responder.2: TPM_REFUSED']);
      expect(network.news('session.confirmed')).toHaveLength(2);
    },
  ));

describe('a TPM that refuses at the Central Entity before there is a network', () => {
  test('at boot: it has failed, and says why', async () => {
    const news: string[] = [];
    const wrapTpm = refusing({ device: 'CE', operation: 'boot', nth: 0 });
    const watch: NonNullable<Parameters<typeof inNetwork>[0]['watch']> = ({ type, what }) => {
      if (type === 'center.failed') news.push((what as { reason: string }).reason);
    };
    await expect(inNetwork({ wrapTpm, watch }, async () => undefined)).rejects.toMatchObject({
      code: 'WORLD_TIMEOUT',
    });
    expect(news).toEqual(['TPM_REFUSED']);
  });

  test('at an admission: the label is refused, and admitted the next time', () =>
    inNetwork(
      {
        nodes: 1,
        admit: false,
        wrapTpm: refusing({ device: 'CE', operation: 'sealAccessKey', nth: 0 }),
      },
      async (network) => {
        await expect(network.world.admit('N1')).rejects.toMatchObject({ code: 'WORLD_ADMISSION' });
        expect(network.news('label.refused')).toMatchObject([{ reason: 'TPM_REFUSED' }]);
        await network.world.admit('N1');
        await network.join('N1');
      },
    ));
});

describe.runIf(isSwtpmInstalled())('a swtpm', () => {
  const USES = [
    { device: 'N1', operation: 'createSessionKey', nth: 0 },
    { device: 'N1', operation: 'derive', nth: 1 },
    { device: 'CE', operation: 'translate', nth: 0 },
  ] as const;
  test.each(casesOf(USES, ({ device }) => device === 'CE'))(
    'leaves no handle when $operation at $device is refused',
    (use) =>
      inNetwork({ nodes: 2, tpm: 'swtpm', wrapTpm: refusing(use) }, async (network) => {
        await attempt(network, 'direct');
        for (const name of ['CE', 'N1', 'N2'])
          expect(await network.world.tpm(name).handles()).toMatchObject({
            transient: 0,
            sessions: 0,
          });
        await network.session('N1', 'N2');
        expect(await network.readings(['N1', 'N2'], ['N2', 'N1'])).toEqual(['N1→N2', 'N2→N1']);
      }),
  );
});
