import { TiesError } from '../../../protocol/errors.ts';
import { isFormatOne, TpmRefusal } from './response-code.ts';

/** TPM_RC_FAILURE, _NO_RESULT and _SENSITIVE, which are about the parameters too (Part 2, 6.6.3). */
const BAD_INPUT = [0x101, 0x154, 0x155];

/** The commands that a wrap is given to. */
const TAKING_WRAPS = ['Import', 'Rewrap'];

/** Whether the refusal is about what a peer sent, not about the state of this TPM. */
const blamesInput = (error: unknown): boolean => {
  if (!(error instanceof TpmRefusal))
    return error instanceof TiesError && error.code === 'TPM_REFUSED';
  const { command, responseCode } = error;
  const isAboutInput = isFormatOne(responseCode) || BAD_INPUT.includes(responseCode);
  return isAboutInput && TAKING_WRAPS.includes(command);
};

/** Runs a command on a wrap that a peer sent: where the TPM blames that, it is `TPM_BAD_WRAP`. */
export const blamingWrap = async <T>(command: () => Promise<T>): Promise<T> => {
  try {
    return await command();
  } catch (cause) {
    if (!blamesInput(cause)) throw cause;
    throw new TiesError(
      'TPM_BAD_WRAP',
      'A wrapped session key does not import: it was altered, or made for other parties.',
      { cause },
    );
  }
};
