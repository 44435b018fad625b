/** Whether a property holds; it is broken as soon as one run shows so. */
export type Verdict = 'holds' | 'broken';

/** What one tool has shown of one property. */
export interface Row {
  readonly property: string;
  readonly tool: string;
  /** How far it has looked. */
  readonly scope: string;
  readonly ours: Verdict;
  /** The same for the protocol as the paper writes it; `–` where the paper has nothing of the kind. */
  readonly paper: Verdict | '–';
  /** States or inputs. */
  readonly states: number;
  readonly ms: number;
  /** Where it is broken: the way there, as lines of a transcript. */
  readonly shown?: { readonly ours?: readonly string[]; readonly paper?: readonly string[] };
}

/** A part of the assurance: the rows of one tool. */
export type Part = () => readonly Row[] | Promise<readonly Row[]>;

export const verdict = (isBroken: boolean): Verdict => (isBroken ? 'broken' : 'holds');

/** The value, and how long it took with all that it started; a figure for people only. */
export const timed = <T>(work: () => T): { readonly value: T; readonly ms: number } => {
  const begun = process.hrtime.bigint();
  const value = work();
  return { value, ms: Math.round(Number(process.hrtime.bigint() - begun) / 1e6) };
};

/** The same of work that is waited for. */
export const timedAsync = async <T>(
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly ms: number }> => {
  const begun = process.hrtime.bigint();
  const value = await work();
  return { value, ms: Math.round(Number(process.hrtime.bigint() - begun) / 1e6) };
};
