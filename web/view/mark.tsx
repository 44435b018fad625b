import type { Health } from '../model/actors.ts';
import type { Fate } from '../model/messages.ts';

/** What a mark says, each with its own shape and colour. */
type Meaning = Health | Fate['is'];

const SHAPES: Readonly<Record<Meaning, string>> = {
  alive: 'M6 2.5a3.5 3.5 0 1 0 .01 0Z',
  waiting: 'M6 1.5a4.5 4.5 0 1 0 .01 0ZM6 3.5V6l2 1.5',
  done: 'M2 6.5 5 9.5 10.5 3',
  authenticated: 'M2 6.5 5 9.5 10.5 3',
  failed: 'M2.5 2.5 9.5 9.5M9.5 2.5 2.5 9.5',
  refused: 'M2.5 2.5 9.5 9.5M9.5 2.5 2.5 9.5',
  stopped: 'M3 3h6v6h-6Z',
  'in flight': 'M1 6H10M7 3 10 6 7 9',
  received: 'M6 1.5V9M3 6.5 6 9.5 9 6.5',
};

const TONES: Readonly<Record<Meaning, string>> = {
  ...{ alive: 'flight', 'in flight': 'flight', waiting: 'wait', done: 'good' },
  ...{ authenticated: 'good', failed: 'bad', refused: 'bad', stopped: 'quiet', received: 'quiet' },
};

export const toneOf = (is: Meaning): string => TONES[is];

/** A shape that says how something is doing, for eyes and for ears. */
export const Mark = ({ is, label = is }: { is: Meaning; label?: string }) => (
  <svg
    class={`mark ${TONES[is]} ${is === 'alive' ? 'full' : ''}`}
    viewBox="0 0 12 12"
    role="img"
    aria-label={label}
  >
    <path d={SHAPES[is]} />
  </svg>
);

/** The same within another picture. */
export const MarkAt = ({ is, x, y }: { is: Meaning; x: number; y: number }) => (
  <path
    class={`mark ${TONES[is]} ${is === 'alive' ? 'full' : ''}`}
    d={SHAPES[is]}
    transform={`translate(${x - 6} ${y - 6})`}
  />
);
