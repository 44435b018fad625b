import { type FfiName, ffiByName } from '../drivers/ffi/by-name.ts';
import { openEsapiTpm } from '../drivers/tpm/esapi/open.ts';
import type { Tpm, Translation } from '../drivers/tpm/interface.ts';
import { modelTpm } from '../drivers/tpm/model/model-tpm.ts';
import { blankNonVolatile } from '../drivers/tpm/model/nonvolatile.ts';
import { slb9670 as slb9670Abilities } from './profiles/slb9670.ts';
import { publiclyKnownRsaKey } from './rsa-pool.ts';
import { nthLabel, seededRandom } from './seeded-random.ts';
import { startBus } from './swtpm/bus.ts';
import { startSwtpm } from './swtpm/process.ts';
import { type LatencyTable, slb9670, swtpm } from './tpm-latency.ts';

export type TpmKind = 'swtpm' | 'model';
/** `full`: all that swtpm can do, at its speed; `slb9670`: what the chip can do, at the chip's. */
export type TpmProfileName = 'full' | 'slb9670';

export const latencyTable = (profile: TpmProfileName): LatencyTable =>
  profile === 'slb9670' ? slb9670 : swtpm;

/** Where a simulated device's TPM sits: what it keeps outlasts each opening. */
export interface TpmSocket {
  /** Close the TPM opened before; a model draws other bytes each time, as a chip does. */
  open(): Promise<Tpm>;
  /** End all that was started for it. */
  end(): Promise<void>;
}

/** A TPM for one simulated device. */
export const supplyTpm = async (wanted: {
  kind: TpmKind;
  profile: TpmProfileName;
  seed: number | string;
  device: string;
  ffi: FfiName;
  translation: Translation;
}): Promise<TpmSocket> => {
  const { kind, profile, seed, device, ffi, translation } = wanted;
  if (kind === 'model') {
    const rsaKey = () => publiclyKnownRsaKey(device);
    const canRewrap = profile === 'full';
    const nv = blankNonVolatile();
    let openings = 0;
    return {
      open: async () => {
        const random = seededRandom(seed, nthLabel(`tpm ${device}`, openings));
        openings += 1;
        return modelTpm({ random, nv, rsaKey, canRewrap, translation });
      },
      end: async () => undefined,
    };
  }
  const process = await startSwtpm();
  const bus = profile === 'slb9670' ? await startBus(process, { profile: slb9670Abilities }) : null;
  const { tcti } = bus ?? process;
  return {
    open: () => openEsapiTpm({ tcti, ffi: ffiByName[ffi], translation }),
    end: async () => {
      await bus?.stop();
      await process.stop();
    },
  };
};
