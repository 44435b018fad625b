import { flipped } from '../attacks/paper-cipher.ts';
import { Dice } from '../fuzz/mutate.ts';
import { Attacker } from '../scenarios/attacker.ts';
import type { Overheard } from '../scenarios/frames.ts';
import { inNetwork, type Network } from '../scenarios/network.ts';

/** npm run load: what a forged frame costs, and whether honest nodes still join meanwhile. */
const FRAMES = 2_000;
/** Of the air. With half of it and more he leaves no gap that a message fits in: that is jamming. */
const SHARES = [0.1, 0.25] as const;
const J1_MS = 70;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const dice = new Dice(1);

/** The same message, its last byte another: right in form, wrong in its tag, new in its counter. */
const forged = (heard: Overheard, at: number): Overheard => {
  const payload = flipped(heard.payload, -1, 1 + dice.below(255));
  payload[3] = at >> 8;
  payload[4] = at & 255;
  return { ...heard, payload };
};

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
      attacker.tell(forged(dice.of(messages), at));
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

/** J1 of a label that is known, forged without end, while two more devices join. */
const flood = (share: number): Promise<boolean> =>
  inNetwork({ nodes: 3, seed: 'flood' }, async (network) => {
    const attacker = new Attacker(network);
    const { world } = network;
    world.switchOn('N1');
    await world.until(() => world.hasJoined('N1'), 600_000, 'N1 joins');
    const j1 = attacker.heard.find(({ name }) => name === 'J1') as Overheard;
    let isOver = false;
    let said = 0;
    const again = (): void => {
      if (isOver) return;
      attacker.tell(forged(j1, said));
      said += 1;
      const gapMs = (J1_MS / share - J1_MS) * -Math.log((1 + dice.below(10_000)) / 10_001);
      world.clock.setTimeout(again, J1_MS + gapMs);
    };
    again();
    const sinceMs = world.clock.now();
    world.switchOn('N2');
    world.switchOn('N3');
    const all = (): boolean => world.hasJoined('N2') && world.hasJoined('N3');
    await world.clock.runUntil(all, sinceMs + 3_600_000);
    isOver = true;
    const seconds = Math.round((world.clock.now() - sinceMs) / 1000);
    const ending = all() ? 'joined' : 'did not join';
    console.log(
      `join flood, ${100 * share} % of the air  ${said} forged J1; N2 and N3 ${ending} in ${seconds} s`,
    );
    return all();
  });

const floods: boolean[] = [];
for (const share of SHARES) floods.push(await flood(share));

const failed = floods.filter((joined) => !joined).length + (uses > 0 ? 1 : 0);
console.log(`${1 + SHARES.length - failed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
