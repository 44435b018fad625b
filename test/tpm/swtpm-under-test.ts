import { type EsapiTpmOptions, openEsapiTpm } from '../../drivers/tpm/esapi/open.ts';
import type { Tpm } from '../../drivers/tpm/interface.ts';
import { type BusOptions, startBus } from '../../simulations/swtpm/bus.ts';
import { startSwtpm } from '../../simulations/swtpm/process.ts';
import type { TpmUnderTest } from './party.ts';

/** The same chip, opened only when it is asked for something: so a refusal to open can be expected. */
const openedOnUse = (options: EsapiTpmOptions): Tpm => {
  const opened = (): Promise<Tpm> => openEsapiTpm(options);
  return {
    perform: async (name, input) => (await opened()).perform(name, input),
    handles: async () => (await opened()).handles(),
    close: async () => undefined,
  };
};

/** A software TPM of its own, and where it answers. */
export interface SwtpmUnderTest extends TpmUnderTest {
  readonly tcti: string;
}

/** A swtpm of its own through ESAPI; with `bus`, behind one that observes or restricts it. */
export const makeSwtpm = async (
  bus: BusOptions | null = null,
  given: Pick<EsapiTpmOptions, 'ffi' | 'translation'> = {},
): Promise<SwtpmUnderTest> => {
  const swtpm = await startSwtpm();
  const { tcti } = bus ? await startBus(swtpm, bus) : swtpm;
  const options = { ...given, tcti };
  let tpm = await openEsapiTpm(options);
  return {
    tcti,
    get tpm() {
      return tpm;
    },
    restart: async () => {
      await tpm.close();
      tpm = await openEsapiTpm(options);
      return tpm;
    },
    rival: async () => openedOnUse(options),
    release: async () => {
      await tpm.close();
      await swtpm.stop();
    },
  };
};
