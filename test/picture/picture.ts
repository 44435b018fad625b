import { readFileSync, writeFileSync } from 'node:fs';
import { draw } from './draw.ts';
import { demoScenes } from './scenes.ts';

const PICTURE = new URL('../../docs/demo.svg', import.meta.url);
const CAPTION =
  'npm run demo, simulated: 869.525 MHz, SF7, 250 kHz; storage keys of P-256; TPMs as fast as an SLB 9670 by our model of it.';

const drawn = draw(await demoScenes(), CAPTION);
if (!process.argv.includes('--check')) writeFileSync(PICTURE, drawn);
else if (readFileSync(PICTURE, 'utf8') !== drawn) {
  process.stderr.write('docs/demo.svg is not what the demo does today: npm run picture\n');
  process.exitCode = 1;
}
