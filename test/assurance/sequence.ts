/** Who stands where in a chart, by the address in a transcript. */
const LIFELINES = [
  { address: '1', name: 'CE' },
  { address: '2', name: 'N1' },
  { address: '3', name: 'N2' },
  { address: '*', name: 'attacker' },
] as const;

const APART = 14;

const columnOf = (address: string): number =>
  LIFELINES.findIndex((lifeline) => lifeline.address === address) * APART + 4;

const bars = (): string[] => {
  const line = Array.from({ length: LIFELINES.length * APART }, () => ' ');
  for (const { address } of LIFELINES) line[columnOf(address)] = '│';
  return line;
};

const arrow = (from: string, to: string): string => {
  const line = bars();
  const [a, b] = [columnOf(from), columnOf(to)];
  for (let at = Math.min(a, b) + 1; at < Math.max(a, b); at += 1) line[at] = '─';
  line[b > a ? b - 1 : b + 1] = b > a ? '▶' : '◀';
  return line.join('');
};

const doing = (who: string): string => {
  const line = bars();
  line[columnOf(who)] = '■';
  return line.join('');
};

/** A transcript as a sequence chart: `2>*: text` is said, `*>3: text` is handed over, `2: text` done. */
export const sequenceChart = (transcript: readonly string[]): string => {
  const head = bars();
  for (const { address, name } of LIFELINES)
    for (const [at, letter] of [...name].entries())
      head[columnOf(address) - Math.floor(name.length / 2) + at] = letter;
  const lines = transcript.map((line) => {
    const said = /^([\d*])>([\d*]): (.*)$/.exec(line);
    const [, from = '*', to = '*', text = ''] = said ?? [];
    if (said !== null) return `${arrow(from, to)} ${text}`;
    const [, who = '*', what = line] = /^([\d*]): (.*)$/.exec(line) ?? [];
    return `${doing(who)} ${what}`;
  });
  return [head.join('').trimEnd(), ...lines].join('\n');
};
