import { momentText } from '../model/format.ts';
import type { Store } from './store.ts';

const SPEEDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 50];

/** The present, or any moment that is past; and the pace of a simulation. */
export const Scrubber = ({ store }: { store: Store }) => {
  const { journal, choice, nowMs } = store;
  const { pace } = journal;
  const isLive = choice.atMs === null;
  const speeds = pace === null || SPEEDS.includes(pace.speed) ? SPEEDS : [...SPEEDS, pace.speed];
  return (
    <footer class="scrubber">
      <button type="button" title="The step before  ←" onClick={() => store.step(-1)}>
        ‹ step
      </button>
      <button type="button" title="The next step  →" onClick={() => store.step(1)}>
        step ›
      </button>
      <input
        type="range"
        aria-label="Moment"
        aria-valuetext={momentText(nowMs)}
        min={journal.firstMs}
        max={Math.max(journal.lastMs, journal.firstMs + 1)}
        step="any"
        value={nowMs}
        onInput={({ currentTarget }) => store.choose({ atMs: Number(currentTarget.value) })}
      />
      <output data-test="moment">{momentText(nowMs)}</output>
      <button
        type="button"
        aria-pressed={isLive}
        title="As it goes on  L"
        onClick={() => store.choose({ atMs: isLive ? nowMs : null })}
      >
        {store.line === 'file' ? 'end' : 'live'}
      </button>
      {pace !== null && (
        <>
          <button
            type="button"
            title="Space"
            aria-pressed={pace.isPaused}
            onClick={() => store.ask({ type: pace.isPaused ? '@ties.resume' : '@ties.pause' })}
          >
            {pace.isPaused ? 'go on' : 'pause'}
          </button>
          {pace.isPaused && (
            <button
              type="button"
              title="Until something happens"
              onClick={() => store.ask({ type: '@ties.step' })}
            >
              one step
            </button>
          )}
          <label>
            speed
            <select
              value={pace.speed}
              onChange={({ currentTarget }) =>
                store.ask({ type: '@ties.pace', speed: Number(currentTarget.value) })
              }
            >
              {speeds.map((speed) => (
                <option key={speed} value={speed}>
                  {speed} ×
                </option>
              ))}
            </select>
          </label>
        </>
      )}
    </footer>
  );
};
