import { PAPER } from '../../protocol/paper.ts';
import type { JoinResult, MainJobResult } from '../../simulations/main-job.ts';
import { between } from '../between.ts';

const BEGIN = '<!-- figures, written by npm run picture: begin -->';
const END = '<!-- figures: end -->';

/** Results of the demo that the figures are of, none lost. */
export interface Results {
  readonly direct: MainJobResult;
  readonly indirect: MainJobResult;
  readonly rsaDirect: MainJobResult;
  readonly rsaIndirect: MainJobResult;
}

interface Took {
  readonly ms: number | null;
  readonly bytes: number;
  readonly frames: number;
}

/** Two decimals, as one value or as the least and the most; three nodes do each step once. */
const inSeconds = (all: readonly (number | null)[]): string => {
  const each = all.map((ms) => ((ms ?? Number.NaN) / 1000).toFixed(2)).toSorted();
  const [least, most] = [each[0], each.at(-1)];
  return least === most ? `${least} s` : `${least}–${most} s`;
};

const listMs = (join: JoinResult): number | null => join.listMs;

const spent = (all: readonly Took[]): string => {
  const [{ bytes, frames }] = all as [Took];
  return `${inSeconds(all.map(({ ms }) => ms))}, ${bytes} B in ${frames} frames`;
};

/** What the README says it takes, beside Table 2 of the paper. */
export const figures = ({ direct, indirect, rsaDirect, rsaIndirect }: Results): string => {
  const [join, key] = [`${PAPER.join.requester} s`, `${PAPER.key.requester} s`];
  const confirms = [direct, indirect].map(({ sessions }) =>
    inSeconds(sessions.map(({ confirmMs }) => confirmMs)),
  );
  const rows = [
    ['', 'here, virtual time', 'the paper’s Table 2'],
    ['---', '---', '---'],
    ['join, J1’s first bit to J4 opened', spent(direct.joins), '–'],
    ['join, until all nodes hold the list', inSeconds(direct.joins.map(listMs)), join],
    [
      'key distribution, direct: N1 asks its TPM for a key to K4 opened',
      spent(direct.sessions),
      key,
    ],
    ['indirect (`--ktc indirect`), to K3 opened', spent(indirect.sessions), '–'],
    ['confirm, key established to C2 opened', `${confirms.join(' or ')}`, '–'],
    ['with RSA-2048, the paper’s (`--suite rsa2048`): J4 opened', spent(rsaDirect.joins), '–'],
    ['all hold the list', inSeconds(rsaDirect.joins.map(listMs)), join],
    ['direct', spent(rsaDirect.sessions), key],
    ['indirect', spent(rsaIndirect.sessions), '–'],
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
};

export const withFigures = (readme: string, results: Results): string =>
  between(readme, BEGIN, END, figures(results));
