import preact from '@preact/preset-vite';
import { defineConfig } from 'vite';

/** The page is served by a Pi without the Internet: nothing in it is loaded from elsewhere. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [preact()],
  build: { outDir: '../dist/web/page', emptyOutDir: true, target: 'es2022' },
});
