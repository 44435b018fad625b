import { trees } from '../model/tree.ts';
import { Mark } from './mark.tsx';
import type { Store } from './store.ts';

const ENDED = 6;

/** Every device and its actors; one of them is chosen. */
export const Tree = ({ store }: { store: Store }) => {
  const { search, all, actor: chosen, device } = store.choice;
  const shown = trees(store.actors, { search, ended: ENDED, all });
  const choose = (id: string): void => store.choose({ actor: id, view: 'machines', message: null });
  return (
    <nav class="tree" aria-label="Actors">
      <div class="tools">
        <input
          id="search"
          type="search"
          placeholder="Search  /"
          aria-label="Search"
          value={search}
          onInput={({ currentTarget }) => store.choose({ search: currentTarget.value })}
        />
        <label>
          <input
            type="checkbox"
            checked={all}
            onChange={({ currentTarget }) => store.choose({ all: currentTarget.checked })}
          />
          all
        </label>
      </div>
      {shown.map(({ device: name, rows, hidden }) => (
        <section key={name}>
          <h2>
            <button
              type="button"
              aria-pressed={device === name}
              title={`Only ${name}, in every view`}
              onClick={() => store.choose({ device: device === name ? null : name })}
            >
              {name}
            </button>
          </h2>
          <ul>
            {rows.map((row) => (
              <li key={row.id}>
                <button
                  type="button"
                  class="row"
                  style={{ paddingLeft: `${8 + row.depth * 12}px` }}
                  aria-current={row.id === chosen}
                  data-actor={row.id}
                  onClick={() => choose(row.id)}
                >
                  <Mark is={row.health} />
                  <span class="name">
                    {row.name}
                    {row.predecessors > 0 && <i title="of this name before">+{row.predecessors}</i>}
                  </span>
                  <span class="state">{row.state}</span>
                </button>
              </li>
            ))}
            {hidden > 0 && <li class="more">{hidden} more have ended</li>}
          </ul>
        </section>
      ))}
    </nav>
  );
};
