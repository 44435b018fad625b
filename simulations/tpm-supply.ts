import { type FfiName, ffiByName } from '../drivers/ffi/by-name.ts';
import { openEsapiTpm } from '../drivers/tpm/esapi/open.ts';
import type { Tpm, Translation } from '../drivers/tpm/interface.ts';
import { modelTpm } from '../drivers/tpm/model/model-tpm.ts';
import { slb9670 as slb9670Abilities } from './profiles/slb9670.ts';
import { publiclyKnownRsaKey } from './rsa-pool.ts';
import { seededRandom } from './seeded-random.ts';
import { startBus } from './swtpm/bus.ts';
import { startSwtpm } from './swtpm/process.ts';
import { type LatencyTable, slb9670, swtpm } from './tpm-latency.ts';

export type TpmKind = 'swtpm' | 'model';
/** `full`: all that swtpm can do, at its speed; `slb9670`: what the chip can do, at the chip's. */
export type TpmProfileName = 'full' | 'slb9670';

export const latencyTable = (profile: TpmProfileName): LatencyTable =>
  profile === 'slb9670' ? slb9670 : swtpm;

/** A TPM for one simulated device; closing it ends all that was started for it. */
export const supplyTpm = async (wanted: {
  kind: TpmKind;
  profile: TpmProfileName;
  seed: number | string;
  device: string;
  ffi: FfiName;
  translation: Translation;
}): Promise<Tpm> => {
  const { kind, profile, seed, device, ffi, translation } = wanted;
  if (kind === 'model') {
    const rsaKey = () => publiclyKnownRsaKey(device);
    const random = seededRandom(seed, `tpm ${device}`);
    return modelTpm({ random, rsaKey, canRewrap: profile === 'full', translation });
  }
  const process = await startSwtpm();
  const bus = profile === 'slb9670' ? await startBus(process, { profile: slb9670Abilities }) : null;
  const end = async (): Promise<void> => {
    await bus?.stop();
    await process.stop();
  };
  try {
    const { tcti } = bus ?? process;
    const tpm = await openEsapiTpm({ tcti, ffi: ffiByName[ffi], translation });
    return {
      perform: (name, input) => tpm.perform(name, input),
      handles: () => tpm.handles(),
      close: async () => {
        await tpm.close();
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
};
