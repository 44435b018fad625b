import { enumerate } from './enumerate.ts';
import { CENTER_RETURNS, JOIN, LEAVE, NODE_REJOINS, REVOKE } from './procedures.ts';

for (const procedure of [JOIN, NODE_REJOINS, CENTER_RETURNS, LEAVE, REVOKE]) enumerate(procedure);
