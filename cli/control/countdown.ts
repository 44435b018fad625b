import type { Named } from '../../runtime/control/devices.ts';

/** What a center says of itself. */
interface Center {
  status(): Promise<{ readonly windowS: number; readonly rosterVersion: number }>;
  nodes(): Promise<{ readonly nodes: readonly Named[] }>;
}

interface Shown {
  /** The state of now, in place of the one before. */
  state(text: string): void;
  /** Something that stays to be read. */
  line(text: string): void;
}

/** Until the join window closes, by itself or by others: how long it is open, and who joins. */
export const countDown = async (
  center: Center,
  { state, line, aSecond }: Shown & { aSecond(): Promise<void> },
): Promise<readonly Named[]> => {
  const before = new Set((await active(center)).map(({ address }) => address));
  const joined: Named[] = [];
  let version: number | null = null;
  for (;;) {
    const { windowS, rosterVersion } = await center.status();
    if (rosterVersion !== version)
      for (const node of await active(center)) {
        if (before.has(node.address)) continue;
        before.add(node.address);
        joined.push(node);
        line(`Device ${node.name ?? node.devId} has joined, as ${node.address}.`);
      }
    version = rosterVersion;
    if (windowS === 0) return joined;
    state(`Open for ${clockText(windowS)}, ${joined.length} joined`);
    await aSecond();
  }
};

const active = async (center: Center): Promise<readonly Named[]> =>
  (await center.nodes()).nodes.filter(({ state }) => state.startsWith('active'));

/** `9:05`, `1:00:00`. */
const clockText = (seconds: number): string => {
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const of = (value: number): string => String(value).padStart(2, '0');
  return h > 0 ? `${h}:${of(m)}:${of(s)}` : `${m}:${of(s)}`;
};
