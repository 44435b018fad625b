import { Component } from 'preact';
import { useRef } from 'preact/hooks';
import { type DeviceTree, trees } from '../model/tree.ts';
import { Mark } from './mark.tsx';
import type { Store } from './store.ts';

const ENDED = 6;
/** Nobody reads a hundred devices faster. */
const RENEW_MS = 250;

/** Every device and its actors; one of them is chosen. */
export const Tree = ({ store }: { store: Store }) => {
  const { search, all, actor: chosen, device } = store.choice;
  const last = useRef<{ readonly atMs: number; readonly shown: readonly DeviceTree[] } | null>(
    null,
  );
  const leftMs =
    last.current === null ? 0 : RENEW_MS - Math.floor(performance.now() - last.current.atMs);
  const isKept = last.current !== null && leftMs > 0 && !store.hasChosen;
  // Nothing else may come that would bring up to date what is kept.
  if (isKept) store.touch(leftMs);
  const shown =
    last.current !== null && isKept
      ? last.current.shown
      : trees(store.actors, { search, ended: ENDED, all });
  const before = new Map(last.current?.shown.map((tree) => [tree.device, tree]));
  if (shown !== last.current?.shown)
    last.current = {
      atMs: performance.now(),
      shown: shown.map((tree) => kept(before.get(tree.device), tree)),
    };
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
      {last.current?.shown.map((tree) => (
        <Device
          key={tree.device}
          tree={tree}
          chosen={tree.rows.some(({ id }) => id === chosen) ? chosen : null}
          isOnly={device === tree.device}
          store={store}
        />
      ))}
    </nav>
  );
};

/** The tree that was drawn, where nothing in it has changed. */
const kept = (before: DeviceTree | undefined, tree: DeviceTree): DeviceTree =>
  before !== undefined && JSON.stringify(before) === JSON.stringify(tree) ? before : tree;

interface DeviceProps {
  readonly tree: DeviceTree;
  readonly chosen: string | null;
  readonly isOnly: boolean;
  readonly store: Store;
}

class Device extends Component<DeviceProps> {
  override shouldComponentUpdate(next: DeviceProps): boolean {
    const { tree, chosen, isOnly } = this.props;
    return tree !== next.tree || chosen !== next.chosen || isOnly !== next.isOnly;
  }

  override render({ tree, chosen, isOnly, store }: DeviceProps) {
    const { device, rows, hidden } = tree;
    const choose = (id: string): void =>
      store.choose({ actor: id, view: 'machines', message: null });
    return (
      <section>
        <h2>
          <button
            type="button"
            aria-pressed={isOnly}
            title={`Only ${device}, in every view`}
            onClick={() => store.choose({ device: isOnly ? null : device })}
          >
            {device}
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
    );
  }
}
