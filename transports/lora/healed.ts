import { catchError, type Observable, type OperatorFunction, throwError } from 'rxjs';
import { TiesError } from '../../protocol/errors.ts';

/** Goes on with this where the radio failed amid something and is well again (`RADIO_HEALED`). */
export const whereHealed = <T, O>(instead: Observable<O>): OperatorFunction<T, T | O> =>
  catchError((fault: unknown) =>
    fault instanceof TiesError && fault.code === 'RADIO_HEALED' ? instead : throwError(() => fault),
  );
