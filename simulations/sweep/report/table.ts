import type { OutputSpec, Value } from '../scenario.ts';
import type { Cell, Estimate } from '../summary.ts';
import { short } from './scale.ts';
import { escaped } from './svg.ts';

/** A row for each setting: its parameters that are not the same everywhere, and its means. */
export const tableOf = (
  cells: readonly Cell[],
  specs: Readonly<Record<string, OutputSpec>>,
): string => {
  const names = (of: (cell: Cell) => object): string[] => [
    ...new Set(cells.flatMap((cell) => Object.keys(of(cell)))),
  ];
  const parameters = names(({ parameters: given }) => given).filter(
    (name) => new Set(cells.map(({ parameters: given }) => given[name])).size > 1,
  );
  const outputs = names(({ estimates }) => estimates);
  const head = [
    ...parameters.map((name) => `<th class="text">${escaped(name)}</th>`),
    ...outputs.map((name) => `<th>${escaped(name)}${unitOf(specs[name])}</th>`),
    '<th>n</th>',
  ];
  const rows = cells.map(({ parameters: given, estimates }) => [
    ...parameters.map((name) => valueCell(given[name])),
    ...outputs.map((name) => `<td>${meanOf(estimates[name])}</td>`),
    `<td>${Math.max(...Object.values(estimates).map(({ n }) => n))}</td>`,
  ]);
  const line = (fields: readonly string[]): string => `<tr>${fields.join('')}</tr>`;
  return `<table><thead>${line(head)}</thead><tbody>${rows.map(line).join('')}</tbody></table>`;
};

const unitOf = (spec: OutputSpec | undefined): string =>
  spec === undefined || spec.unit === '' ? '' : ` <small>${escaped(spec.unit)}</small>`;

const valueCell = (value: Value | undefined): string =>
  typeof value === 'number'
    ? `<td>${value}</td>`
    : `<td class="text">${escaped(String(value ?? ''))}</td>`;

const meanOf = (estimate: Estimate | undefined): string => {
  if (estimate?.mean == null) return '–';
  const { mean, ci95, missing } = estimate;
  const without = missing > 0 ? ` <small>(${missing} without)</small>` : '';
  return `${short(mean)}${ci95 === null ? '' : ` <small>± ${short(ci95)}</small>`}${without}`;
};
