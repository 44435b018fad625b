import { openEsapiTpm } from '../../../drivers/tpm/esapi/open.ts';
import type { Tpm } from '../../../drivers/tpm/interface.ts';
import { toHex } from '../../../protocol/bytes.ts';
import { TiesError } from '../../../protocol/errors.ts';
import { concat, sized, uint32 } from '../../../protocol/tpm/marshal.ts';
import { startBus } from '../../../simulations/swtpm/bus.ts';
import { SESSIONS, tagOf } from '../../../simulations/swtpm/message.ts';
import { startSwtpm } from '../../../simulations/swtpm/process.ts';
import { operationsOf } from '../../tpm/operations.ts';
import { type Dice, mutated } from '../mutate.ts';
import { silent, type Tell } from '../progress.ts';

const HEADER_BYTES = 10;
const SIZE_AT = 2;
/** Of a response with sessions: parameterSize 4, then the parameters (Part 1, 18.5). */
const PARAMETERS_AT = HEADER_BYTES + 4;

/** A response with its size put right: the TCTI waits for as many bytes as are announced. */
const sizedRight = (response: Uint8Array): Uint8Array => {
  const whole = new Uint8Array(Math.max(HEADER_BYTES, response.length));
  whole.set(response);
  new DataView(whole.buffer).setUint32(SIZE_AT, whole.length);
  return whole;
};

/** The same with a first parameter, a TPM2B, that is shorter, in a form that is right all through. */
const shortened = (dice: Dice, response: Uint8Array): Uint8Array => {
  const view = new DataView(response.buffer, response.byteOffset, response.length);
  if (tagOf(response) !== SESSIONS || response.length < PARAMETERS_AT + 2) return response;
  const length = view.getUint16(PARAMETERS_AT);
  const end = PARAMETERS_AT + 2 + length;
  if (length === 0 || end > response.length) return response;
  const kept = dice.below(length);
  const altered = concat(
    response.subarray(0, HEADER_BYTES),
    uint32(view.getUint32(HEADER_BYTES) - length + kept),
    sized(response.subarray(PARAMETERS_AT + 2, PARAMETERS_AT + 2 + kept)),
    response.subarray(end),
  );
  return sizedRight(altered);
};

/**
 * A TPM, or somebody on its bus, that answers in other bytes, one response in an operation: that
 * ends with a value or a `TiesError`; a secret is the right one or none; and when the TPM tells the
 * truth again all goes on, at the latest after it was opened anew.
 */
export const attackTpm = async (
  dice: Dice,
  inputs: number,
  tell: Tell = silent,
): Promise<readonly string[]> => {
  const swtpm = await startSwtpm();
  const wrong: string[] = [];
  let countdown = Number.POSITIVE_INFINITY;
  let told = '';
  let last: Uint8Array = new Uint8Array(0);
  const bus = await startBus(swtpm, {
    alter: (commandCode, response) => {
      countdown -= 1;
      const other = last;
      last = response;
      if (countdown !== 0) return response;
      const altered =
        dice.below(2) === 0
          ? shortened(dice, response)
          : sizedRight(mutated(dice, response, other));
      told = `0x${commandCode.toString(16)}: ${toHex(altered)}`;
      return altered;
    },
  });
  const open = (): Promise<Tpm> => openEsapiTpm({ tcti: bus.tcti });
  let tpm = await open();
  try {
    const operations = await operationsOf({
      perform: (name, input) => tpm.perform(name, input),
      handles: () => tpm.handles(),
      close: () => tpm.close(),
    });
    const right: (string | null)[] = [];
    for (const [, perform] of operations) right.push(await perform());
    for (let at = 0; at < inputs; at += 1) {
      tell(at);
      const which = dice.below(operations.length);
      const [name, perform] = operations[which] as (typeof operations)[number];
      const attempt = async (): Promise<string | null> => {
        const value = await perform();
        return value === right[which] ? null : 'another value';
      };
      told = '';
      countdown = 1 + dice.below(6);
      try {
        const fault = await attempt();
        if (fault !== null) wrong.push(`${name}: ${fault} after ${told}`);
      } catch (error) {
        if (!(error instanceof TiesError) || !error.code.startsWith('TPM_'))
          wrong.push(`${name}: ${String(error)} after ${told}`);
      }
      countdown = Number.POSITIVE_INFINITY;
      const isWell = async (): Promise<boolean> => (await attempt().catch(() => '')) === null;
      if (told === '' || (await isWell())) continue;
      await tpm.close();
      tpm = await open();
      const fault = await attempt().catch(String);
      if (fault !== null) wrong.push(`${name}: ${fault} later, after ${told}`);
    }
  } finally {
    await tpm.close();
    await bus.stop();
    await swtpm.stop();
  }
  return wrong;
};
