import type { InspectEvent } from '../../transports/inspect/interface.ts';
import type { Store } from './store.ts';

const hello = ({ journal }: Store): InspectEvent => ({
  type: '@ties.hello',
  title: journal.title,
  epochMs: journal.epochMs,
  nowMs: journal.lastMs,
});

/** All that was heard, a line of JSON for each, as a file. */
export const save = (store: Store): void => {
  const { happenings, messages } = store.journal;
  const lines = [hello(store), ...happenings, ...messages].map((event) => JSON.stringify(event));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([`${lines.join('\n')}\n`], { type: 'text/plain' }));
  link.download = 'ties-run.jsonl';
  link.click();
  URL.revokeObjectURL(link.href);
};

/**
 * Show a file that was saved, instead of what goes on. Lines that are no events are left out. Traces
 * and journals are read by `ties inspect`, which tells the page what is in them.
 */
export const openFile = async (store: Store, file: File): Promise<void> => {
  const text = await file.text();
  const events = text.split('\n').flatMap((line): InspectEvent[] => {
    try {
      const event = JSON.parse(line);
      return typeof event?.type === 'string' ? [event] : [];
    } catch {
      return [];
    }
  });
  if (events.length === 0) {
    store.journal.title = `${file.name} is no run that was saved here: type ties inspect ${file.name}`;
    store.touch();
    return;
  }
  store.line = 'file';
  const named = events[0]?.type === '@ties.hello' ? [] : [hello(store)];
  store.journal.add([...named, ...events]);
  store.choose({ atMs: null, actor: null, message: null, device: null });
};
