const PACKAGE = /^(?:(?:@[^/]+\/)?[^/]+\/node_modules\/)*(?:@[^/]+\/)?[^/]+(?=\/)/;
const ROOT = 'node_modules/';

/** The npm packages that files are of: `zod`, `@pinojs/redact`, `lmdb/node_modules/msgpackr`. */
export const packagesOf = (files: readonly string[]): readonly string[] => {
  const within = files
    .filter((file) => file.includes(ROOT))
    .map((file) => file.slice(file.indexOf(ROOT) + ROOT.length));
  return [...new Set(within.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []))];
};
