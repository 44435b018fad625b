import { modelTpm } from '../../../drivers/tpm/model/model-tpm.ts';
import { blankNonVolatile } from '../../../drivers/tpm/model/nonvolatile.ts';
import { BROADCAST, CENTER, devIdOf, isJoiner } from '../../../protocol/identity.ts';
import type { Label } from '../../../protocol/label.ts';
import type { Secret } from '../../../protocol/secret.ts';
import { storageKeyName } from '../../../protocol/tpm/storage-key.ts';
import { seededRandom } from '../../../simulations/seeded-random.ts';
import type { OutgoingMessage } from '../../../transports/lora/interface.ts';
import { Device, type Input, isVain, type Kept } from './device.ts';
import { type Fact, factsOf } from './facts.ts';

/** A device from the factory, and its label. */
export const provisioned = async (
  name: string,
  role: Kept['role'],
): Promise<{ readonly kept: Kept; readonly label: Label }> => {
  const nv = blankNonVolatile();
  const tpm = modelTpm({ nv, random: seededRandom('factory', name) });
  const { storageKey, accessKey } = await tpm.perform('provision', { role, suite: 1 });
  await tpm.close();
  const label = { devId: devIdOf(storageKeyName(storageKey)), accessKey: accessKey as Secret };
  return { kept: { name, role, nv, store: new Map() }, label };
};

/** Devices that hear one another, and nobody else. */
export class Story {
  readonly devices: Record<string, Device> = {};
  readonly said: OutgoingMessage[] = [];
  readonly facts = new Set<Fact>();
  /** What has happened to each, but for what nothing came of. */
  readonly inputs: Record<string, Input[]> = {};

  async add(kept: Kept): Promise<void> {
    const device = await Device.on(kept);
    this.devices[kept.name] = device;
    this.inputs[kept.name] = [];
    await this.#pass(kept.name, device.begun.said);
  }

  /** Until nobody has anything to say: work is done at once, messages all arrive. */
  async tell(name: string, input: Input): Promise<boolean> {
    const device = this.devices[name] as Device;
    const happened = await device.take(input);
    if (isVain(happened)) return false;
    this.inputs[name]?.push(input);
    for (const fact of factsOf(device, happened, this.facts)) this.facts.add(fact);
    await this.#pass(name, happened.said);
    while (device.isWorking) await this.tell(name, { type: 'done' });
    return true;
  }

  /** Time passes for everybody until nothing comes of it any more. */
  async rest(): Promise<void> {
    for (let busy = true; busy; ) {
      busy = false;
      for (const name of Object.keys(this.devices))
        busy = (await this.tell(name, { type: 'wait' })) || busy;
    }
  }

  async #pass(from: string, said: readonly OutgoingMessage[]): Promise<void> {
    this.said.push(...said);
    for (const message of said)
      for (const [name, device] of Object.entries(this.devices))
        if (name !== from && isFor(message, device))
          await this.tell(name, { type: 'hear', message });
  }

  async off(): Promise<Record<string, Kept>> {
    const kept: Record<string, Kept> = {};
    for (const [name, device] of Object.entries(this.devices)) {
      await device.off();
      kept[name] = device.kept;
    }
    return kept;
  }
}

export interface Beginning {
  readonly kept: Readonly<Record<string, Kept>>;
  /** What each device goes through from there until all are members that wait for nothing. */
  readonly inputs: Readonly<Record<string, readonly Input[]>>;
  readonly said: readonly OutgoingMessage[];
  /** Of before. */
  readonly facts: ReadonlySet<Fact>;
}

/** CE, N1, N2 and N3: joined, switched off and on again, rejoined. */
export const joinedNetwork = async (keys: number): Promise<Beginning> => {
  const story = new Story();
  await story.add((await provisioned('CE', 'center')).kept);
  await story.tell('CE', { type: 'command', command: { type: 'window.open' } });
  for (const name of ['N1', 'N2', 'N3']) {
    const { kept, label } = await provisioned(name, 'node');
    const command = { type: 'label.admit', label } as never;
    await story.tell('CE', { type: 'command', command });
    await story.add(kept);
    await story.rest();
  }
  for (let made = 0; made < keys; made += 1) {
    const command = { type: 'session.request', peer: 3, mode: 'direct' } as never;
    await story.tell('N1', { type: 'command', command });
    await story.rest();
  }
  const kept = await story.off();
  const again = new Story();
  for (const one of Object.values(kept)) await again.add(one);
  await again.rest();
  await again.off();
  return { kept, inputs: again.inputs, said: story.said, facts: story.facts };
};

const isFor = ({ dst }: OutgoingMessage, device: Device): boolean =>
  dst === BROADCAST || isJoiner(dst) ? device.address !== CENTER : dst === device.address;
