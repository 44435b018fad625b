import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Journal } from '../../runtime/journal/journal.ts';
import { inNetwork } from '../scenarios/network.ts';
import { fileOf, SCENES } from './scenes.ts';

for (const [name, { options, run }] of Object.entries(SCENES)) {
  const parts: string[] = [];
  const journal = new Journal({
    comment: `test/traces/scenes.ts, ${name}; model TPMs`,
    write: (text) => parts.push(text),
  });
  await inNetwork({ ...options, journal }, async (network) => void (await run(network)));
  const bytes = gzipSync(parts.join(''), { level: 9 });
  writeFileSync(fileOf(name), bytes);
  process.stdout.write(`${name}: ${parts.length} lines, ${Math.ceil(bytes.length / 1024)} kB\n`);
}
