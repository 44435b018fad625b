/**
 * Whether every pairing of packages, chips, suites, losses and moments is to run
 * (`npm run test:extended`), or what `npm test` has time for.
 */
export const isExtended = process.env.TIES_TESTS === 'extended';

/** All of these cases, or those of them that run each time. */
export const casesOf = <Case>(
  all: readonly Case[],
  eachTime: (given: Case, at: number) => boolean,
): readonly Case[] => (isExtended ? all : all.filter(eachTime));
