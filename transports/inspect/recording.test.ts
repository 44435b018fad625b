import { expect, test } from 'vitest';
import { eventsOf } from './recording.ts';

const stamp = { atMs: 5, device: 'N1', createdAt: '5', _version: '0.7.2', id: null };
const chart = JSON.stringify({
  id: 'join.node',
  states: { preparing: { after: { reply: 'x'.repeat(900) } } },
});
const actor = {
  ...{ type: '@xstate.actor', ...stamp, rootId: 'N1/x:0', sessionId: 'N1/x:1' },
  ...{ name: 'join', definition: chart, snapshot: { status: 'active' } },
};

test('a run that was saved is read as it was', () => {
  const news = { type: '@ties.news', ...stamp, news: { type: 'node.joined', address: 2 } };
  const text = [actor, news].map((event) => JSON.stringify(event)).join('\n');
  expect(eventsOf(`${text}\n`)).toEqual([actor, news]);
});

test.each([
  '',
  '{',
  'null',
  '{"type":"@ties.hello","title":"forged"}',
  '{"type":"@xstate.event","atMs":"soon","device":"N1"}',
  '{"type":"@xstate.event","atMs":1}',
])('%s is no event', (line) => {
  expect(eventsOf(`${line}\n${JSON.stringify(actor)}`)).toEqual([actor]);
});

test('what a file says is bounded as what a device says', () => {
  const context = { key: Array.from({ length: 32 }, (_, at) => at), text: 'word '.repeat(9_000) };
  const [event] = eventsOf(
    JSON.stringify({ type: '@xstate.snapshot', ...stamp, snapshot: { context } }),
  );
  expect(JSON.stringify(event).length).toBeLessThan(1_000);
  expect(JSON.stringify(event)).toContain('‹32 B›');
});
