import { Dice } from '../fuzz/mutate.ts';
import { Attacker } from '../scenarios/attacker.ts';
import type { Overheard } from '../scenarios/frames.ts';
import { inNetwork, type Network } from '../scenarios/network.ts';
import { flood, forged, type Manner } from './flood.ts';

/** npm run load: what a forged frame costs, and whether honest nodes still join meanwhile. */
const FRAMES = 2_000;
const SEEDS = [1, 2, 3];
const FOR_MS = 600_000;

/**
 * Shares of the air, the highest at which two nodes have to join in ten minutes, and beyond. Who
 * talks over others leaves a frame only the gaps that are longer than it is, so with equal gaps
 * shorter than the longest frame of a join, 154 ms, he jams.
 */
const FLOODS: readonly { manner: Manner; share: number; isClaimed: boolean }[] = [
  { manner: 'fixed', share: 0.25, isClaimed: true },
  { manner: 'fixed', share: 0.33, isClaimed: false },
  { manner: 'random', share: 0.5, isClaimed: true },
  { manner: 'random', share: 0.67, isClaimed: false },
  { manner: 'polite', share: 0.75, isClaimed: true },
  { manner: 'polite', share: 0.9, isClaimed: false },
];
/** A join takes a TPM some ten operations; what is forged takes it none. */
const MOST_USES = 150;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const dice = new Dice(1);

/** CPU time of the whole process, the simulated radio included, with these said and without. */
const cost = (kind: string, of: (network: Network, attacker: Attacker) => readonly Overheard[]) =>
  inNetwork({ nodes: 2, seed: 'load' }, async (network) => {
    await network.join('N1', 'N2');
    const attacker = new Attacker(network);
    await network.session('N1', 'N2');
    await network.settle();
    const messages = of(network, attacker);
    const spanMs = FRAMES * 500;
    const idle = cpuMs();
    await network.world.clock.advance(spanMs);
    const before = cpuMs();
    const used = network.tpmUses.length;
    for (let at = 0; at < FRAMES; at += 1) {
      attacker.tell(forged(dice.of(messages), at, dice));
      await network.world.clock.advance(500);
    }
    const perFrameMs = (cpuMs() - before - (before - idle)) / FRAMES;
    const tpmUses = network.tpmUses.length - used;
    console.log(
      `${kind.padEnd(24)} ${FRAMES} frames, ${perFrameMs.toFixed(2)} ms of CPU each with the simulated air, ${tpmUses} uses of a TPM`,
    );
    return tpmUses;
  });

const uses =
  (await cost('forged requests', (_, attacker) =>
    attacker.heard.filter(({ name }) => name === 'K1' || name === 'peer.query'),
  )) +
  (await cost('forged confirms', (_, attacker) =>
    attacker.heard.filter(({ name }) => name === 'C1' || name === 'C2'),
  ));

let failed = uses > 0 ? 1 : 0;
for (const { manner, share, isClaimed } of FLOODS) {
  const all = [];
  for (const seed of SEEDS) all.push(await flood({ manner, share, forMs: FOR_MS, seed }, dice));
  const joined = all.flatMap(({ joinedMs }) => joinedMs ?? []).toSorted((a, b) => a - b);
  const [said, cpu] = [
    all.reduce((sum, each) => sum + each.said, 0),
    all.reduce((sum, each) => sum + each.cpuMs, 0),
  ];
  const most = Math.max(...all.map(({ tpmUses }) => tpmUses));
  const slowest = joined.length === 0 ? '' : ` in ${Math.round((joined.at(-1) ?? 0) / 1000)} s`;
  const isGood = (!isClaimed || joined.length === all.length) && most <= MOST_USES;
  if (!isGood) failed += 1;
  console.log(
    `${manner.padEnd(6)} ${String(100 * share).padStart(2)} % of the air  ${joined.length} of ${all.length} networks joined${slowest}; ${said} forged J1, ${(cpu / said).toFixed(2)} ms of CPU each with the joins, ${most} uses of TPMs at most${isGood ? '' : ': not as claimed'}`,
  );
}
console.log(`${1 + FLOODS.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
