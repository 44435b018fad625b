import { render } from 'preact';
import { App } from './app.tsx';
import { listenToKeys } from './keys.ts';
import { listen } from './line.ts';
import { Store } from './store.ts';

const page = document.getElementById('page') as HTMLElement;
const store = new Store(() => render(<App store={store} />, page));
listenToKeys(store);
listen(store);
store.touch();
