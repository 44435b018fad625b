/** `npm run bench [-- [--json] [PART …]]`: what the parts cost, each beside a baseline of the same run. */
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { aloha } from './parts/aloha.ts';
import { codec } from './parts/codec.ts';
import { envelope } from './parts/envelope.ts';
import { link } from './parts/link.ts';
import { machines } from './parts/machines.ts';
import { memory } from './parts/memory.ts';
import { neighbours } from './parts/neighbours.ts';
import type { Figure, Part } from './parts/part.ts';
import { processes } from './parts/process.ts';
import { stack } from './parts/stack.ts';
import { tpm } from './parts/tpm.ts';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const MEASURES = [
  envelope,
  codec,
  link,
  neighbours,
  machines,
  stack,
  aloha,
  tpm,
  processes,
  memory,
];

const text = ({ median, unit }: Figure): string => {
  if (unit === '') return median.toFixed(4);
  if (unit === '1/s') return `${(median / 1e3).toFixed(0)} k/s`;
  if (unit === 'B')
    return median < 1e6 ? `${(median / 1e3).toFixed(1)} kB` : `${(median / 1e6).toFixed(1)} MB`;
  if (median < 1e3) return `${median.toFixed(0)} ns`;
  return median < 1e6 ? `${(median / 1e3).toFixed(1)} µs` : `${(median / 1e6).toFixed(1)} ms`;
};

const show = ({ title, skipped, figures }: Part): void => {
  process.stdout.write(`\n${title}\n`);
  if (skipped !== null) process.stdout.write(`  not measured: ${skipped}\n`);
  const [baseline] = figures;
  for (const figure of figures) {
    const ratio = figure.median / (baseline as Figure).median;
    const times = figure === baseline ? '' : `× ${ratio.toFixed(ratio < 10 ? 2 : 0)}`;
    process.stdout.write(`  ${figure.name.padEnd(40)}${text(figure).padStart(12)}  ${times}\n`);
  }
};

/** All, or those that were named. */
const isWanted = ({ name }: { readonly name: string }): boolean =>
  positionals.length === 0 || positionals.includes(name);

const parts: Part[] = [];
for (const measure of MEASURES.filter(isWanted))
  for (const part of await measure()) {
    parts.push(part);
    if (!values.json) show(part);
  }
if (values.json) {
  const machine = `${cpus()[0]?.model ?? process.arch}, ${cpus().length} CPUs`;
  process.stdout.write(`${JSON.stringify({ node: process.versions.node, machine, parts })}\n`);
}
