import type { Tpm } from '../../drivers/tpm/interface.ts';
import { toHex, uintBytes } from '../../protocol/bytes.ts';
import { open } from '../../protocol/envelope.ts';
import { PURPOSES } from '../../protocol/messages.ts';
import { type Packet, parsePacket } from '../../protocol/packet.ts';
import type { Secret } from '../../protocol/secret.ts';
import type { Transmission } from '../../simulations/medium/transmission.ts';
import { Eavesdropper, type Overheard } from '../scenarios/frames.ts';

/** A data key of one direction, as a TPM derived it. */
interface DataKey {
  readonly secret: Secret;
  readonly srcEpoch: number;
}

/**
 * All that may never be twice: what was sealed under a nonce, and whatever is drawn anew. It hears
 * every frame, and sees what TPMs are asked for and answer.
 */
export class Keys {
  readonly faults: string[] = [];
  /** Messages whose nonce was looked at, so that who looks knows that somebody looked. */
  seen = 0;
  readonly #eavesdropper = new Eavesdropper();
  readonly #epochs = new Map<string, number>();
  readonly #payloads = new Map<string, string>();
  readonly #tickets = new Set<string>();
  readonly #drawn = new Set<string>();
  readonly #dataKeys = new Map<string, DataKey[]>();

  /** For `wrapTpm` of a world. */
  readonly wrapTpm = (tpm: Tpm, device: string): Tpm => ({
    perform: async (name, input) => {
      const output = await tpm.perform(name, input);
      this.#note(device, name, input as never, output as never);
      return output;
    },
    handles: () => tpm.handles(),
    close: () => tpm.close(),
  });

  hear({ radioId, frame, endMs }: Transmission): void {
    const overheard = this.#eavesdropper.hear(frame, endMs);
    if (overheard !== null) this.#look(radioId, overheard);
  }

  #note(
    device: string,
    operation: string,
    input: { blocks: readonly Uint8Array[] },
    output: { epoch: number; key: { public: Uint8Array } } & readonly Secret[],
  ): void {
    if (operation === 'boot') {
      if (output.epoch <= (this.#epochs.get(device) ?? 0))
        this.faults.push(`${device} epoch again`);
      this.#epochs.set(device, output.epoch);
    }
    if (operation === 'createSessionKey') this.#draw('session key', output.key.public);
    if (operation !== 'derive') return;
    for (const [at, block] of input.blocks.entries()) {
      if (block[5] !== PURPOSES.data) continue;
      this.#draw(`${device} data key`, block);
      const route = toHex(block.subarray(14, 18));
      const srcEpoch = Buffer.from(block).readUInt32BE(18);
      const keys = this.#dataKeys.get(route) ?? [];
      this.#dataKeys.set(route, [...keys, { secret: output[at] as Secret, srcEpoch }]);
    }
  }

  #draw(what: string, bytes: Uint8Array): void {
    const drawn = `${what} ${toHex(bytes)}`;
    if (this.#drawn.has(drawn)) this.faults.push(`${what} again`);
    this.#drawn.add(drawn);
  }

  #look(device: string, overheard: Overheard): void {
    const { payload } = overheard;
    const packet = parsePacket(payload);
    if (typeof packet === 'string') this.faults.push(`${device} said what is no message`);
    else if (packet.name === 'data') this.#lookAtData(device, packet, overheard);
    else if (packet.name !== 'ticket') this.#lookAtOther(device, packet, overheard);
    else if (!this.#tickets.has(toHex(payload))) this.faults.push(`${device} made a ticket`);
  }

  /** Its counter is of its sender's epoch and its destination; a list is signed and has no nonce. */
  #lookAtOther(device: string, packet: Packet, { payload, src, dst }: Overheard): void {
    const { name, counter, clear } = packet;
    if (name === 'roster.delta' || name === 'roster.page') return;
    const epoch = this.#epochs.get(device);
    const isNew = this.#seal(`${device} ${epoch} ${name} ${src} ${dst} ${counter}`, payload);
    if (isNew && (name === 'J1' || name === 'J2'))
      this.#draw('share', (clear as { share: Uint8Array }).share);
    if (name === 'K2.indirect') {
      const { ticket } = clear as { ticket: Uint8Array };
      this.#tickets.add(toHex(ticket));
      const inside = parsePacket(ticket) as Packet;
      this.#seal(`${device} ${epoch} ticket not for ${dst} ${inside.counter}`, ticket);
    }
  }

  /** Its counter is of its key, so the key is looked for. */
  #lookAtData(device: string, packet: Packet, { payload, src, dst }: Overheard): void {
    const keys = this.#dataKeys.get(toHex(route(src, dst))) ?? [];
    const key = keys.find(({ secret, srcEpoch: epoch }) => {
      const place = { src, dst, epoch, counter: packet.counter };
      return typeof open(packet, place, secret) !== 'string';
    });
    if (key === undefined) this.faults.push(`${device} sealed data under an unknown key`);
    else this.#seal(`${toHex(key.secret.reveal())} ${packet.counter}`, payload);
  }

  /** Whether this nonce was not heard of before. */
  #seal(nonce: string, payload: Uint8Array): boolean {
    this.seen += 1;
    const text = toHex(payload);
    const before = this.#payloads.get(nonce);
    if (before !== undefined && before !== text) this.faults.push(`nonce again: ${nonce}`);
    this.#payloads.set(nonce, text);
    return before === undefined;
  }
}

const route = (src: number, dst: number): Uint8Array =>
  Uint8Array.of(...uintBytes(src, 2), ...uintBytes(dst, 2));
