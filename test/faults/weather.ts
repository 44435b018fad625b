import type { Disk } from '../../actors/store/durable-store.ts';
import { storeFault } from '../../actors/store/faults.ts';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Tpm } from '../../drivers/tpm/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { seededRandom, unitInterval } from '../../simulations/seeded-random.ts';
import type { WorldOptions } from '../../simulations/world.ts';

const HOUR_MS = 3_600_000;
/** No spell is longer; nobody is without power, and no radio without an answer, for more. */
export const LONGEST_MS = 2 * HOUR_MS;
/** Before it there has to be a network. */
const FAIR_MS = HOUR_MS;
/** Of a TPM that does not answer: beyond the watchdog of the actor that asks it. */
const LONGEST_SILENCE_MS = 4 * 60_000;
/** In a week; in less time so many less. */
const A_WEEK = {
  storms: 12,
  deaf: 6,
  mute: 6,
  refusing: 12,
  away: 4,
  silent: 4,
  noRoom: 8,
} as const;
type Kind = keyof typeof A_WEEK;

interface Spell {
  readonly kind: Kind;
  readonly device: string;
  readonly fromMs: number;
  readonly toMs: number;
  /** Of what is asked of it meanwhile, so much fails. */
  readonly share: number;
}

/** What was made to fail: of which device, when, and under which code. */
export interface Injected {
  readonly device: string;
  readonly code: string;
  readonly atMs: number;
}

/**
 * What befalls a network, drawn from one seed: spells in which the air is deaf to many frames, a
 * device hears nothing or is not heard, a TPM refuses one command in five, is away or says nothing,
 * a disk has no room for one commit in three. Every fault it makes it notes.
 */
export class Weather {
  readonly injected: Injected[] = [];
  readonly #spells: readonly Spell[];
  readonly #random: ReturnType<typeof seededRandom>;
  #clock: Clock | null = null;

  constructor(seed: number, forMs: number, devices: readonly string[]) {
    this.#random = seededRandom(seed, 'weather');
    const share = forMs / (7 * 24 * HOUR_MS);
    const spell = (kind: Kind): Spell => {
      const fromMs = FAIR_MS + this.draw(forMs - FAIR_MS);
      const most = kind === 'silent' ? LONGEST_SILENCE_MS : LONGEST_MS;
      const device = devices[Math.floor(this.draw(devices.length))] as string;
      const toMs = Math.min(forMs, fromMs + this.draw(most));
      return { kind, device, fromMs, toMs, share: SHARES[kind] ?? 0.3 + this.draw(0.7) };
    };
    this.#spells = (Object.keys(A_WEEK) as Kind[]).flatMap((kind) =>
      Array.from({ length: Math.ceil(A_WEEK[kind] * share) }, () => spell(kind)),
    );
  }

  /** From 0 to below `end`. */
  draw(end: number): number {
    return unitInterval(this.#random) * end;
  }

  options(): Pick<WorldOptions, 'made' | 'lose' | 'wrapTpm' | 'wrapDisk'> {
    return {
      made: ({ clock }) => {
        this.#clock = clock;
      },
      lose: ({ radioId }, receiverId) =>
        this.#strikes('storms', null) ||
        this.#strikes('mute', radioId) ||
        this.#strikes('deaf', receiverId),
      wrapTpm: (tpm, device) => this.#tpm(tpm, device),
      wrapDisk: (disk, device) => this.#disk(disk, device),
    };
  }

  #tpm(tpm: Tpm, device: string): Tpm {
    return {
      perform: async (operation, input) => {
        const silence = this.#spell('silent', device);
        if (silence !== undefined) {
          this.#note(device, 'TPM_UNAVAILABLE');
          await this.#until(silence.toMs);
        }
        if (this.#strikes('away', device)) throw this.#fault(device, 'TPM_UNAVAILABLE');
        if (this.#strikes('refusing', device)) throw this.#fault(device, 'TPM_REFUSED');
        return tpm.perform(operation, input);
      },
      handles: () => tpm.handles(),
      close: () => tpm.close(),
    };
  }

  #disk(disk: Disk, device: string): Disk {
    return {
      commit: async (changes) => {
        if (!this.#strikes('noRoom', device)) return disk.commit(changes);
        this.#note(device, 'STORE_FULL');
        throw storeFault(Object.assign(new Error('no space left'), { code: 'ENOSPC' }), '/');
      },
      close: () => disk.close(),
    };
  }

  #fault(device: string, code: string): TiesError {
    this.#note(device, code);
    return new TiesError(code, 'The weather is bad.');
  }

  #note(device: string, code: string): void {
    this.injected.push({ device, code, atMs: this.#clock?.now() ?? 0 });
  }

  #until(atMs: number): Promise<void> {
    const clock = this.#clock as Clock;
    return new Promise((resolve) => {
      clock.setTimeout(resolve, Math.max(0, atMs - clock.now()));
    });
  }

  #spell(kind: Kind, device: string | null): Spell | undefined {
    const atMs = this.#clock?.now() ?? 0;
    return this.#spells.find(
      (spell) =>
        spell.kind === kind &&
        (device === null || spell.device === device) &&
        atMs >= spell.fromMs &&
        atMs < spell.toMs,
    );
  }

  #strikes(kind: Kind, device: string | null): boolean {
    const spell = this.#spell(kind, device);
    return spell !== undefined && this.draw(1) < spell.share;
  }
}

/** What is not here is drawn for each spell. */
const SHARES: Partial<Record<Kind, number>> = {
  ...{ deaf: 1, mute: 1, refusing: 0.2, away: 1, silent: 1, noRoom: 1 / 3 },
};
