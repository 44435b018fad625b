/** What is read of a report of Stryker (mutation-testing-report-schema). */
export interface Report {
  readonly files: Readonly<
    Record<string, { readonly mutants: readonly { readonly status: string }[] }>
  >;
}

export interface Tally {
  readonly folder: string;
  readonly mutants: number;
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  /** Where no test comes. */
  readonly unreached: number;
  /** Of those that a test could have noticed, the share that one did, in percent. */
  readonly score: number;
}

const summed = (folder: string, statuses: readonly string[]): Tally => {
  const count = (status: string): number => statuses.filter((each) => each === status).length;
  const [killed, timedOut] = [count('Killed'), count('Timeout')];
  const [survived, unreached] = [count('Survived'), count('NoCoverage')];
  const mutants = killed + timedOut + survived + unreached;
  const score = mutants === 0 ? 100 : (100 * (killed + timedOut)) / mutants;
  return { folder, mutants, killed, timedOut, survived, unreached, score };
};

/** One row a folder, and one for all. */
export const tally = (
  reports: readonly (readonly [folder: string, Report])[],
): readonly Tally[] => {
  const statuses = reports.map(([folder, { files }]) => {
    const own = Object.entries(files).filter(
      ([file]) => file.slice(0, file.lastIndexOf('/')) === folder,
    );
    return [folder, own.flatMap(([, { mutants }]) => mutants.map(({ status }) => status))] as const;
  });
  const all = statuses.flatMap(([, each]) => each);
  return [...statuses.map(([folder, each]) => summed(folder, each)), summed('all', all)];
};

export const tableOf = (rows: readonly Tally[]): string =>
  [
    '| folder | mutants | killed | timed out | survived | not reached | score, % |',
    '|---|---|---|---|---|---|---|',
    ...rows.map(
      ({ folder, mutants, killed, timedOut, survived, unreached, score }) =>
        `| ${folder} | ${mutants} | ${killed} | ${timedOut} | ${survived} | ${unreached} | ${score.toFixed(1)} |`,
    ),
  ].join('\n');
