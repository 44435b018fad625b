import { toHex } from '../../protocol/bytes.ts';
import { Attacker } from '../scenarios/attacker.ts';
import type { Overheard } from '../scenarios/frames.ts';
import { inNetwork, type Network } from '../scenarios/network.ts';
import { type Dice, mutated } from './mutate.ts';
import type { Recorded } from './targets.ts';

/**
 * Everything a network says, from the first J1 to a reading, by both methods. One node asks both
 * times: anybody may make two nodes confirm anew, and with keys of both there would be two to agree on.
 */
const run = async (network: Network): Promise<void> => {
  await network.join('N1', 'N2');
  await network.session('N1', 'N2');
  await network.session('N1', 'N2', 'indirect');
  await network.readings(['N1', 'N2']);
};

export const recordRun = (): Promise<Recorded> =>
  inNetwork({ nodes: 2, seed: 'fuzz' }, async (network) => {
    const attacker = new Attacker(network);
    await run(network);
    return {
      frames: network.transmissions.map(({ frame }) => frame),
      messages: attacker.heard.map(({ payload }) => payload),
    };
  });

/** Between two inputs: shorter than any patience, longer than a turnaround. */
const PAUSE_MS = 40;
const BATCH = 500;

type Device = { readonly stored: readonly (readonly [key: string, value: unknown])[] };

/**
 * The state, but for the order of the keys held for a peer: anybody may make two nodes confirm
 * anew, and with the air as full as this under the key before the current one.
 */
const stateOf = (network: Network): string =>
  JSON.stringify(
    (JSON.parse(network.state()) as readonly Device[]).map(({ stored, ...device }) => ({
      ...device,
      stored: stored.map(([key, value]) =>
        key.startsWith('session/')
          ? [
              key,
              Object.values(value as object)
                .map((slot) => JSON.stringify(slot))
                .toSorted(),
            ]
          : [key, value],
      ),
    })),
  );

/** Where two texts part, with what is around. */
const firstDifference = (before: string, after: string): string => {
  const at = [...before].findIndex((character, place) => character !== after[place]);
  const around = (text: string): string => text.slice(Math.max(0, at - 150), at + 50);
  return `${around(before)} became ${around(after)}`;
};

/**
 * What a running network hears changed in every way: nothing of it may change what is stored, or
 * leave a run behind. The TPM may derive a key that is not in memory, now and then.
 */
export const attackNetwork = (dice: Dice, inputs: number) =>
  inNetwork({ nodes: 2, seed: 'fuzz' }, async (network) => {
    const attacker = new Attacker(network);
    await run(network);
    await network.settle();
    const said = [...attacker.heard];
    const known = new Set(said.map(({ payload }) => toHex(payload)));
    const wrong: string[] = [];
    const used = network.tpmUses.length;
    for (let done = 0; done < inputs; done += BATCH) {
      const before = stateOf(network);
      const tried: string[] = [];
      for (let at = 0; at < Math.min(BATCH, inputs - done); at += 1) {
        const heard = dice.of(said) as Overheard;
        const payload = mutated(dice, heard.payload, dice.of(said).payload);
        // What was said once is a replay, and no input of this kind.
        if (payload.length === 0 || known.has(toHex(payload))) continue;
        const [src, dst] = [dice.of([1, 2, 3, heard.src]), dice.of([1, 2, 3, heard.dst])];
        attacker.tell({ net: heard.net, src, dst, payload });
        tried.push(`${src}>${dst} ${toHex(payload)}`);
        await network.world.clock.advance(PAUSE_MS);
      }
      await network.settle();
      const after = stateOf(network);
      if (after !== before)
        wrong.push(
          `${firstDifference(before, after)}, by one of ${tried.length}: ${tried.slice(0, 20)}`,
        );
    }
    return { inputs, wrong, tpmUses: network.tpmUses.length - used };
  });
