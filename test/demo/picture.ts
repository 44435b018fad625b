import { readFileSync, writeFileSync } from 'node:fs';
import { draw } from './draw.ts';
import { withFigures } from './figures.ts';
import { runDemo } from './run.ts';
import { demoScenes } from './scenes.ts';

const PICTURE = new URL('../../docs/demo.svg', import.meta.url);
const README = new URL('../../README.md', import.meta.url);
const CAPTION =
  'npm run demo, simulated: 869.525 MHz, SF7, 250 kHz; storage keys of P-256; TPMs as fast as an SLB 9670 by our model of it.';

const run = await runDemo('p256', 'direct');
const results = {
  direct: run.result,
  indirect: (await runDemo('p256', 'indirect')).result,
  rsaDirect: (await runDemo('rsa2048', 'direct')).result,
  rsaIndirect: (await runDemo('rsa2048', 'indirect')).result,
};

const put = process.argv.includes('--check')
  ? (file: URL, text: string): void => {
      if (readFileSync(file, 'utf8') === text) return;
      process.stderr.write(`${file.pathname} is not what the demo does today: npm run picture\n`);
      process.exitCode = 1;
    }
  : writeFileSync;
put(PICTURE, draw(demoScenes(run), CAPTION));
put(README, withFigures(readFileSync(README, 'utf8'), results));
