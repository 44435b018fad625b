import { toHex } from '../../../protocol/bytes.ts';
import { Attacker } from '../../scenarios/attacker.ts';
import type { Overheard } from '../../scenarios/frames.ts';
import { inNetwork, type Network } from '../../scenarios/network.ts';
import { type Dice, mutated } from '../mutate.ts';
import { silent, type Tell } from '../progress.ts';
import { sealedUnderKey } from '../targets/air.ts';

/** Everything a network says, from the first J1 to a reading, by both methods and both ways. */
const run = async (network: Network): Promise<void> => {
  await network.join('N1', 'N2');
  await network.session('N1', 'N2');
  await network.session('N2', 'N1', 'indirect');
  await network.readings(['N1', 'N2']);
  await network.settle();
};

/** Between two inputs: shorter than any patience, longer than a turnaround. */
const PAUSE_MS = 40;
const BATCH = 500;

/** Where two texts part, with what is around. */
const firstDifference = (before: string, after: string): string => {
  const at = [...before].findIndex((character, place) => character !== after[place]);
  const around = (text: string): string => text.slice(Math.max(0, at - 150), at + 50);
  return `${around(before)} became ${around(after)}`;
};

/**
 * What a running network hears changed in every way, and messages of every kind of the table under
 * another key: nothing of it may change what is stored, or leave a run behind. The TPM may derive a
 * key that is not in memory, now and then.
 */
export const attackNetwork = (dice: Dice, inputs: number, tell: Tell = silent) =>
  inNetwork({ nodes: 2, seed: 'fuzz' }, async (network) => {
    const attacker = new Attacker(network);
    await run(network);
    const said = [...attacker.heard];
    const known = new Set(said.map(({ payload }) => toHex(payload)));
    const wrong: string[] = [];
    const used = network.tpmUses.length;
    for (let done = 0; done < inputs; done += BATCH) {
      tell(done);
      const before = network.state();
      const tried: string[] = [];
      for (let at = 0; at < Math.min(BATCH, inputs - done); at += 1) {
        const heard = dice.of(said) as Overheard;
        const other = dice.of(sealedUnderKey);
        const payload = at % 4 === 0 ? other : mutated(dice, heard.payload, other);
        // What was said once is a replay, and no input of this kind.
        if (payload.length === 0 || known.has(toHex(payload))) continue;
        const [src, dst] = [dice.of([1, 2, 3, heard.src]), dice.of([1, 2, 3, heard.dst])];
        attacker.tell({ net: heard.net, src, dst, payload });
        tried.push(`${src}>${dst} ${toHex(payload)}`);
        await network.world.clock.advance(PAUSE_MS);
      }
      await network.settle();
      const after = network.state();
      if (after !== before)
        wrong.push(
          `${firstDifference(before, after)}, by one of ${tried.length}: ${tried.slice(0, 20)}`,
        );
    }
    return { wrong, tpmUses: network.tpmUses.length - used };
  });
