/** What is kept of an earlier run: a report of Stryker's, with the tests of each file. */
interface Earlier {
  readonly files: Readonly<
    Record<string, { readonly mutants: readonly { readonly status: string }[] }>
  >;
  readonly testFiles?: Readonly<Record<string, { readonly source?: string }>>;
}

/**
 * What a test noticed is noticed as long as the code is as it was and a test of that name reaches
 * it; what none did is tried again. Stryker alone would run all that a file of tests has killed
 * again once a line of that file changed, and never what a changed helper of tests might kill.
 */
export const resumed = <T extends Earlier>(earlier: T): T => ({
  ...earlier,
  files: Object.fromEntries(
    Object.entries(earlier.files).map(([name, file]) => [
      name,
      { ...file, mutants: file.mutants.filter(({ status }) => status === 'Killed') },
    ]),
  ),
  testFiles: Object.fromEntries(
    Object.entries(earlier.testFiles ?? {}).map(([name, { source: _, ...file }]) => [name, file]),
  ),
});
