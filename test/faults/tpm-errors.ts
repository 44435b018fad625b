import { openEsapiTpm } from '../../drivers/tpm/esapi/open.ts';
import { NAMED } from '../../drivers/tpm/esapi/response-code.ts';
import type { Tpm } from '../../drivers/tpm/interface.ts';
import { TiesError } from '../../protocol/errors.ts';
import { startBus } from '../../simulations/swtpm/bus.ts';
import { startSwtpm } from '../../simulations/swtpm/process.ts';
import { operationsOf } from '../tpm/operations.ts';

/** How an operation ended whose nth command was answered with a response code, and what was wrong then. */
export interface Ending {
  readonly operation: string;
  readonly nth: number;
  readonly responseCode: number;
  /** `done`, or the code of a `TiesError`. */
  readonly code: string;
  readonly wrong: string | null;
}

/** Part 2, 6.6.3: about the first parameter. */
const asParameter = (responseCode: number): number =>
  responseCode < 0x100 ? responseCode | 0x140 : responseCode;

/**
 * Each of these response codes in place of the answer to each command of each operation: it ends
 * done or by the name of a TPM's fault, leaves no handle, and goes well the next time, at the latest
 * after the TPM was opened anew.
 */
export const tpmErrors = async (
  responseCodes: readonly number[] = NAMED,
  only: (operation: string) => boolean = () => true,
): Promise<readonly Ending[]> => {
  const swtpm = await startSwtpm();
  let commands = 0;
  let failing: { readonly nth: number; readonly responseCode: number } | null = null;
  const bus = await startBus(swtpm, {
    fail: () => {
      const isDue = failing?.nth === commands;
      commands += 1;
      return isDue ? asParameter((failing as { responseCode: number }).responseCode) : null;
    },
  });
  const open = (): Promise<Tpm> => openEsapiTpm({ tcti: bus.tcti });
  let tpm = await open();
  const endings: Ending[] = [];
  try {
    const operations = await operationsOf({
      perform: (name, input) => tpm.perform(name, input),
      handles: () => tpm.handles(),
      close: () => tpm.close(),
    });
    for (const [operation, perform] of operations.filter(([name]) => only(name))) {
      commands = 0;
      const right = await perform();
      const count = commands;
      const handles = JSON.stringify(await tpm.handles());
      const isWell = async (): Promise<boolean> => {
        const value = await perform().catch(() => '');
        return value === right && JSON.stringify(await tpm.handles()) === handles;
      };
      for (let nth = 0; nth < count; nth += 1)
        for (const responseCode of responseCodes) {
          commands = 0;
          failing = { nth, responseCode };
          const ended = await perform().then(
            (value) => ({ code: 'done', wrong: value === right ? null : 'another value' }),
            (error: unknown) =>
              error instanceof TiesError && error.code.startsWith('TPM_')
                ? { code: error.code, wrong: null }
                : { code: 'none', wrong: String(error) },
          );
          failing = null;
          let { wrong } = ended;
          if (!(await isWell())) {
            await tpm.close();
            tpm = await open();
            if (!(await isWell())) wrong ??= 'it does not go on';
          }
          endings.push({ operation, nth, responseCode, ...ended, wrong });
        }
    }
  } finally {
    await tpm.close();
    await bus.stop();
    await swtpm.stop();
  }
  return endings;
};
