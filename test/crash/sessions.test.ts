import { enumerate } from './enumerate.ts';
import { CONFIRM, DIRECT, INDIRECT, READINGS, REKEY } from './procedures.ts';

for (const procedure of [DIRECT, INDIRECT, CONFIRM, REKEY, READINGS]) enumerate(procedure);
