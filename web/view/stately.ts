import type { Store } from './store.ts';

const VIEWER = 'https://stately.ai';

/**
 * Open the viewer of stately.ai, for who is online, and tell it what was heard and is heard from
 * now on. Its page asks for that by a message (@statelyai/inspect 0.7, browser adapter).
 */
export const openStately = (store: Store): void => {
  const viewer = window.open(`${VIEWER}/inspect`, 'xstateinspector');
  if (viewer === null) return;
  let told = 0;
  const tell = (): void => {
    const { happenings } = store.journal;
    for (const it of happenings.slice(told))
      if (it.type.startsWith('@xstate.')) viewer.postMessage(it, VIEWER);
    told = happenings.length;
    if (!viewer.closed) setTimeout(tell, 200);
  };
  addEventListener('message', ({ origin, data }) => {
    if (origin !== VIEWER || data?.type !== '@statelyai.connected') return;
    told = 0;
    tell();
  });
};
