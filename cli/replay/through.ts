import { TiesError } from '../../protocol/errors.ts';
import { type Parting, replayThrough } from '../../simulations/replay/through.ts';
import { CENTER_NAME, nodeName } from '../../simulations/world.ts';
import { decodeFrame } from '../../transports/lora/frame.ts';
import { plural } from '../trace/rows.ts';
import type { DemoNetwork, Outcome } from './command.ts';
import { framesOf } from './frames.ts';
import { byRuleLines, verdictLine } from './verdict-lines.ts';

interface Through extends DemoNetwork {
  readonly device: string;
  readonly onMs: number;
}

/** Let a device of a demo hear a trace, and tell what it does. */
export const through = async (file: string, input: Through): Promise<Outcome> => {
  const { device, onMs, nodes, seed } = input;
  const names = [CENTER_NAME, ...Array.from({ length: nodes }, (_, at) => nodeName(at + 1))];
  if (!names.includes(device))
    throw new TiesError(
      'REPLAY_DEVICE',
      `There is no ${device} in a demo of ${plural(nodes, 'node')}: give CE, N1 … N${nodes}, or more --nodes.`,
    );
  const world = { nodes, seed, tpm: 'model' } as const;
  const frames = framesOf(file);
  const { verdicts, news, ...rest } = await replayThrough({ world, device, onMs, frames });
  const told = [
    ...verdicts.all.map((verdict) => ({ atMs: verdict.atMs, line: verdictLine(verdict) })),
    ...news.map(({ atMs, type }) => ({
      atMs,
      line: `${`${(atMs / 1000).toFixed(3)} s`.padStart(12)}  ${device.padEnd(4)}  ${type}`,
    })),
  ].sort((a, b) => a.atMs - b.atMs);
  return {
    ok: true,
    lines: [
      ...told.map(({ line }) => line),
      `${plural(rest.heard, 'frame')} heard`,
      ...byRuleLines(verdicts),
      ...partingLines(rest),
    ],
    figures: { ...rest, news, verdicts: verdicts.all },
  };
};

const partingLines = ({ same, parting }: { same: number; parting: Parting | null }): string[] => {
  if (parting === null) return [`${plural(same, 'frame')} sent, each as it was recorded`];
  const { atMs, recorded, replayed } = parting;
  return [
    `${plural(same, 'frame')} sent as recorded; then, at ${(atMs / 1000).toFixed(3)} s,`,
    `  recorded ${frameText(recorded)}`,
    `  replayed ${frameText(replayed)}`,
  ];
};

const frameText = (hex: string | null): string => {
  if (hex === null) return 'nothing';
  const type = decodeFrame(Buffer.from(hex, 'hex'))?.type ?? 'a foreign frame';
  return `${type} ${hex.length > 48 ? `${hex.slice(0, 48)}…` : hex}`;
};
