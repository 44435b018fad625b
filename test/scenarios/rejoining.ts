import type { MessageName } from '../../protocol/messages.ts';
import { type Overheard, overheardIn } from './frames.ts';
import type { Network } from './network.ts';

/** What is said from a point on, by name. */
export const said = (network: Network, since: number) =>
  overheardIn(network.transmissions.slice(since)).map(({ name }) => name);

export const first = (network: Network, name: MessageName): Overheard =>
  overheardIn(network.transmissions).find((heard) => heard.name === name) as Overheard;

export const restart = async (network: Network, name: string): Promise<void> => {
  await network.world.powerOff(name);
  network.world.switchOn(name);
};

/** Who has rejoined, each time. */
export const rejoined = (network: Network): readonly string[] =>
  network.news('node.rejoined').map(({ device }) => device);
