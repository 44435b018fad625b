import type { Tpm, TpmOperationName } from '../../drivers/tpm/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import type { WorldOptions } from '../../simulations/world.ts';

/** One use of one device's TPM. */
export interface Use {
  readonly device: string;
  readonly operation: TpmOperationName;
  /** Which of the device's uses of this operation, from 0. */
  readonly nth: number;
}

type WrapTpm = NonNullable<WorldOptions['wrapTpm']>;

/** Wraps every TPM: what `spoil` gives for a use comes in place of it, or before it. */
const spoiling = (spoil: (use: Use, perform: () => Promise<unknown>) => unknown): WrapTpm => {
  const counts = new Map<string, number>();
  return (tpm, device): Tpm => ({
    perform: (operation, input) => {
      const key = `${device} ${operation}`;
      const nth = counts.get(key) ?? 0;
      counts.set(key, nth + 1);
      const perform = () => tpm.perform(operation, input);
      return (spoil({ device, operation, nth }, perform) ?? perform()) as ReturnType<
        typeof perform
      >;
    },
    handles: () => tpm.handles(),
    close: () => tpm.close(),
  });
};

/** Flips the last bit of every session key that this operation hands out wrapped. */
export const spoilingWrapOf = (of: 'createSessionKey' | 'translate'): WrapTpm => {
  const flipped = (wrap: Uint8Array): Uint8Array =>
    wrap.map((byte, at) => (at === wrap.length - 1 ? byte ^ 1 : byte));
  return spoiling(async ({ operation }, perform) => {
    const made = await perform();
    if (operation !== of) return made;
    if (made instanceof Uint8Array) return flipped(made);
    const { wrap, ...rest } = made as { wrap: Uint8Array };
    return { ...rest, wrap: flipped(wrap) };
  });
};

const same = (a: Use, b: Use): boolean =>
  a.device === b.device && a.operation === b.operation && a.nth === b.nth;

export const noting = (uses: Use[]): WrapTpm =>
  spoiling((use) => {
    uses.push(use);
    return null;
  });

/** `happen` comes when this use is done, before the device has what it asked for. */
export const during = (once: Use, happen: () => void): WrapTpm =>
  spoiling(async (use, perform) => {
    const done = await perform();
    if (same(use, once)) happen();
    return done;
  });

/** Refuses every use that `isSpoiled` picks. */
export const refusingWhere = (isSpoiled: (use: Use) => boolean): WrapTpm =>
  spoiling((use) =>
    isSpoiled(use)
      ? Promise.reject(new TiesError('TPM_REFUSED', 'The test refuses this once.'))
      : null,
  );

export const refusing = (once: Use): WrapTpm => refusingWhere((use) => same(use, once));

/** Refuses this use and every later one of the same operation. */
export const refusingFrom = (first: Use): WrapTpm =>
  spoiling(({ device, operation, nth }) =>
    device === first.device && operation === first.operation && nth >= first.nth
      ? Promise.reject(new TiesError('TPM_REFUSED', 'The test refuses this for good.'))
      : null,
  );

/** Never answers this use, nor any after it; or only when `until` resolves. */
export const hanging = (
  from: Use,
  until: Promise<void> = new Promise(() => undefined),
): WrapTpm => {
  let hangs = false;
  return spoiling((use, perform) => {
    hangs ||= same(use, from);
    return hangs && use.device === from.device ? until.then(perform) : null;
  });
};
