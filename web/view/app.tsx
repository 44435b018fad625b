import { ActorDetails, Machines } from './machines.tsx';
import { NetworkView } from './network.tsx';
import { openFile, save } from './recording.ts';
import { Scrubber } from './scrubber.tsx';
import { MessageDetails, SequenceView } from './sequence.tsx';
import { openStately } from './stately.ts';
import { type Line, type Store, VIEWS, type View } from './store.ts';
import { Tree } from './tree.tsx';
import { Waterfall } from './waterfall.tsx';

const LINES: Readonly<Record<Line, string>> = {
  connecting: 'connecting',
  open: 'live',
  lost: 'not connected, trying again',
  file: 'a recorded run',
};

const SHOWN: Readonly<Record<View, typeof Machines>> = {
  machines: Machines,
  sequence: SequenceView,
  waterfall: Waterfall,
  network: NetworkView,
};

export const App = ({ store }: { store: Store }) => {
  const { view, asTable } = store.choice;
  const { title, lost } = store.journal;
  const Shown = SHOWN[view];
  return (
    <div class={`page at-${view}`}>
      <header>
        <h1>TIES</h1>
        <span class="title">{title}</span>
        <div class="views" role="tablist" aria-label="Views">
          {VIEWS.map((name) => (
            <button
              key={name}
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={name === view}
              aria-controls="view"
              onClick={() => store.choose({ view: name })}
            >
              {name}
            </button>
          ))}
        </div>
        <button
          type="button"
          aria-pressed={asTable}
          title="T"
          onClick={() => store.choose({ asTable: !asTable })}
        >
          table
        </button>
        <span class={`line ${store.line}`} role="status" data-test="line">
          {LINES[store.line]}
          {lost > 0 && `, ${lost} events missed`}
        </span>
        <span class="files">
          <button type="button" onClick={() => save(store)}>
            save
          </button>
          <label class="button">
            open
            <input
              type="file"
              onChange={({ currentTarget }) => {
                const file = currentTarget.files?.[0];
                if (file !== undefined) void openFile(store, file);
              }}
            />
          </label>
          {location.hash === '#stately' && (
            <button type="button" onClick={() => openStately(store)}>
              stately.ai
            </button>
          )}
        </span>
      </header>
      <Tree store={store} />
      <main>
        <div id="view" role="tabpanel" aria-labelledby={`tab-${view}`}>
          <Shown store={store} />
        </div>
      </main>
      {view === 'machines' && (
        <aside aria-label="The chosen actor">
          <ActorDetails store={store} />
        </aside>
      )}
      {view === 'sequence' && (
        <aside aria-label="The chosen message">
          <MessageDetails store={store} />
        </aside>
      )}
      <Scrubber store={store} />
    </div>
  );
};
