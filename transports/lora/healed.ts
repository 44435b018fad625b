import { catchError, type Observable, type OperatorFunction, throwError } from 'rxjs';
import { TiesError } from '../../protocol/errors.ts';

/** Whether the radio failed amid something and is well again. */
export const isHealed = (fault: unknown): boolean =>
  fault instanceof TiesError && fault.code === 'RADIO_HEALED';

/** Goes on with this where the radio failed amid something and is well again (`RADIO_HEALED`). */
export const whereHealed = <T, O>(instead: Observable<O>): OperatorFunction<T, T | O> =>
  catchError((fault: unknown) => (isHealed(fault) ? instead : throwError(() => fault)));
