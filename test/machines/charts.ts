import { writeFileSync } from 'node:fs';
import { shown } from './catalogue.ts';
import { readmes } from './readmes.ts';

for (const [path, text] of await readmes()) {
  writeFileSync(path, text);
  process.stdout.write(`${shown(path)}\n`);
}
