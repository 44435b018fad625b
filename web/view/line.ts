import type { InspectEvent, PaceRequest } from '../../transports/inspect/interface.ts';
import type { Store } from './store.ts';

const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 4_000;

/** Listen to the hub that served this page, again and again if it goes away. */
export const listen = (store: Store): void => {
  let retryMs = FIRST_RETRY_MS;
  const open = (): void => {
    const url = new URL('live', location.href);
    url.protocol = url.protocol.replace('http', 'ws');
    const socket = new WebSocket(url);
    socket.onopen = () => {
      retryMs = FIRST_RETRY_MS;
      store.line = 'open';
      store.touch();
    };
    socket.onmessage = ({ data }) => {
      store.journal.add(JSON.parse(data) as InspectEvent[]);
      store.touch();
    };
    socket.onclose = () => {
      if (store.line === 'file') return;
      store.line = 'lost';
      store.touch();
      setTimeout(open, retryMs);
      retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
    };
    store.ask = (request: PaceRequest) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(request));
    };
  };
  open();
};
