import type { Role } from '../../config/role.ts';
import { TiesError } from '../../protocol/errors.ts';
import type { Host } from './host.ts';

export type Level = 'ok' | 'warn' | 'fail' | 'skip';

/** What a check found; a warning and a failure say how to mend it. */
export interface Finding {
  readonly level: Level;
  readonly found: string;
  readonly fix: string | null;
}

export interface Check {
  /** Stable. */
  readonly id: string;
  readonly what: string;
  look(host: Host, role: Role): Finding | Promise<Finding>;
}

export type Diagnosis = Pick<Check, 'id' | 'what'> & Finding;

export const ok = (found: string): Finding => ({ level: 'ok', found, fix: null });
export const warn = (found: string, fix: string): Finding => ({ level: 'warn', found, fix });
export const fail = (found: string, fix: string): Finding => ({ level: 'fail', found, fix });
export const skip = (found: string): Finding => ({ level: 'skip', found, fix: null });

/** One after the other, as chips do not like company. A fault of a driver is a failure in its words. */
export const examine = async (
  checks: readonly Check[],
  host: Host,
  role: Role,
): Promise<readonly Diagnosis[]> => {
  const diagnoses: Diagnosis[] = [];
  for (const { id, what, look } of checks)
    diagnoses.push({ id, what, ...(await looked(() => look(host, role))) });
  return diagnoses;
};

const looked = async (look: () => Finding | Promise<Finding>): Promise<Finding> => {
  try {
    return await look();
  } catch (error) {
    if (error instanceof TiesError) return fail(error.code, error.message);
    throw error;
  }
};
