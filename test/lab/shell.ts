import { join } from 'node:path';
import { serveAir } from '../../simulations/air-socket/server.ts';
import { ARCHITECTURES } from './image/architecture.ts';
import { Board } from './machine/board.ts';
import { VirtualPi } from './machine/virtual-pi.ts';

const board = new Board();
const architecture = process.argv.includes('arm64') ? ARCHITECTURES.arm64 : ARCHITECTURES.amd64;
console.log('Building what is not there yet …');
const pi = await VirtualPi.build(architecture, board.header);
const path = join(pi.folder, 'air');
const air = await serveAir({ path, medium: board.medium, clock: board.clock });
console.log(`Its air is ${path}, for roles with "radio": {"driver": "socket", "path": …}.`);
console.log('Ctrl-A X switches it off; what is on its disk is gone then.');
await pi.boot({ console: 'terminal' });
await pi.ended;
await air.close();
await pi.destroy();
