import type { Sighting } from '../../actors/tap.ts';
import type { MessageName } from '../../protocol/messages.ts';

/** What a device made of a message: the rule that refused it, or null where it was taken up. */
export interface Verdict {
  readonly atMs: number;
  readonly device: string;
  readonly name: MessageName | null;
  /** Under whose address it came. */
  readonly from: number;
  readonly refusedBy: string | null;
}

type Opened = {
  readonly name: MessageName;
  readonly heard: { readonly src: number; readonly payload: Uint8Array };
};
type Refused = {
  readonly name: MessageName | null;
  readonly from: number;
  readonly reason: string;
};

/**
 * What devices make of the messages for which `isCounted` holds, and of all that they refuse. What
 * was opened and then led to nobody (a dead letter) was refused too.
 */
export class Verdicts {
  readonly #isCounted: (payload: Uint8Array) => boolean;
  readonly all: Verdict[] = [];

  constructor(isCounted: (payload: Uint8Array) => boolean = () => true) {
    this.#isCounted = isCounted;
  }

  readonly watch = ({ atMs, device, kind, type, what }: Sighting): void => {
    if (kind === 'event' && type === 'message.opened') {
      const { name, heard } = what as Opened;
      if (!this.#isCounted(heard.payload)) return;
      this.all.push({ atMs, device, name, from: heard.src, refusedBy: null });
    }
    if (kind !== 'news') return;
    const { name, from, reason } = what as Refused;
    if (type === 'message.refused') this.all.push({ atMs, device, name, from, refusedBy: reason });
    if (type === 'message.dead') this.#dead(device, name, reason);
  };

  /** How often each rule refused; `null` stands for what was taken up. */
  byRule(): Map<string | null, number> {
    const counts = new Map<string | null, number>();
    for (const { refusedBy } of this.all) counts.set(refusedBy, (counts.get(refusedBy) ?? 0) + 1);
    return counts;
  }

  #dead(device: string, name: MessageName | null, refusedBy: string): void {
    const at = this.all.findLastIndex((each) => each.device === device && each.name === name);
    const opened = this.all[at];
    if (opened !== undefined && opened.refusedBy === null) this.all[at] = { ...opened, refusedBy };
  }
}
