/**
 * Whether every pairing of packages, chips and suites is to run (`npm run contract`), or what
 * `npm test` has time for.
 */
export const isExtended = process.env.TIES_CONTRACT === 'extended';
