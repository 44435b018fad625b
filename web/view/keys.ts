import { type Store, VIEWS } from './store.ts';

/** Keys that hold everywhere but where something is typed. */
export const listenToKeys = (store: Store): void => {
  const pause = (): void => {
    const { pace } = store.journal;
    if (pace !== null) store.ask({ type: pace.isPaused ? '@ties.resume' : '@ties.pause' });
  };
  const acts: Readonly<Record<string, () => void>> = {
    '/': () => document.getElementById('search')?.focus(),
    l: () => store.choose({ atMs: null }),
    t: () => store.choose({ asTable: !store.choice.asTable }),
    ' ': pause,
    ArrowLeft: () => store.step(-1),
    ArrowRight: () => store.step(1),
    Escape: () => store.choose({ message: null, device: null, search: '' }),
    ...Object.fromEntries(VIEWS.map((view, at) => [String(at + 1), () => store.choose({ view })])),
  };
  addEventListener('keydown', (event) => {
    const { key, target, ctrlKey, metaKey, altKey } = event;
    const act = acts[key];
    const types = target instanceof HTMLElement && target.matches('input, select, button');
    if (act === undefined || ctrlKey || metaKey || altKey || (types && key !== 'Escape')) return;
    event.preventDefault();
    act();
  });
};
