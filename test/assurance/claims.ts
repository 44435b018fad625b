import type { Row } from './row.ts';

/** What `docs/threat-model.md` says of one property. */
export interface Claim {
  readonly property: string;
  readonly ours: string;
  readonly paper: string;
}

const BEGIN = '<!-- claims: begin';
const END = '<!-- claims: end';

/** The table between the markers: property, here, as the paper writes it. */
export const claimsIn = (document: string): readonly Claim[] => {
  const text = document.slice(document.indexOf(BEGIN), document.indexOf(END));
  return text
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .slice(1)
    .map((line) => {
      const [property = '', ours = '', paper = ''] = line
        .split('|')
        .slice(1)
        .map((cell) => cell.trim());
      return { property, ours, paper };
    });
};

/** Where what was shown differs from what is claimed; nothing may be shown or claimed alone. */
export const differences = (
  rows: readonly Pick<Row, 'property' | 'ours' | 'paper'>[],
  claims: readonly Claim[],
): readonly string[] => {
  const claimed = new Map(claims.map((claim) => [claim.property, claim]));
  const found: string[] = [];
  for (const { property, ours, paper } of rows) {
    const claim = claimed.get(property);
    if (claim === undefined) found.push(`${property}: shown, and not claimed`);
    else if (claim.ours !== ours) found.push(`${property}: ${claim.ours} claimed, ${ours} shown`);
    else if (claim.paper !== paper)
      found.push(`${property}, as the paper writes it: ${claim.paper} claimed, ${paper} shown`);
  }
  const shown = new Set(rows.map(({ property }) => property));
  for (const { property } of claims)
    if (!shown.has(property)) found.push(`${property}: claimed, and shown by nothing`);
  return found;
};
