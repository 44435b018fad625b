import { expect, test } from 'vitest';
import { losing, untimed } from './transcript.ts';
import { bytes, type LinkWorld, linkWorld, type WorldInput } from './world.ts';

/** b has this to say as soon as it has heard a. */
const answering = (
  length: number,
  to: string | number = 'a',
  input: WorldInput = {},
): LinkWorld & { first: ReturnType<LinkWorld['send']> } => {
  const world = linkWorld(input);
  let said = false;
  world.link('b').messages.subscribe(() => {
    if (said) return;
    said = true;
    world.send('b', to, bytes(length, 9));
  });
  return { ...world, first: world.send('a', 'b', bytes(100)) };
};

test('a burst to the one that waits for an acknowledgement goes in its place, and carries it', async () => {
  const world = answering(600);
  await world.clock.advance(5000);
  expect(world.transcript).toEqual([
    '2 a data 0/0',
    '192 b data 0/2 with ack 1',
    '525 b data 1/2',
    '853 b data 2/2',
    '1186 a ack 111',
  ]);
  expect(world.first.delivery).toMatchObject({ frames: 1 });
  expect(world.inbox('a').map(({ payload }) => payload)).toEqual([bytes(600, 9)]);
});

test('one that is lost is asked for again, and what is repeated carries it too', async () => {
  const world = answering(10, 'a', { lose: losing(1) });
  await world.clock.advance(5000);
  expect(untimed(world.transcript)).toEqual([
    'a data 0/0',
    'b data 0/0 with ack 1, loss at a',
    'a ask',
    'b data 0/0 with ack 1',
    'a ack 1',
  ]);
});

test.each([
  ['its first fragment has no 3 B to spare', 245, 'a'],
  ['it is for somebody else', 10, 'c'],
])('an acknowledgement goes alone where %s', async (_, length, to) => {
  const world = answering(length, to, { nodes: { a: 1, b: 2, c: 3 } });
  await world.clock.advance(5000);
  expect(untimed(world.transcript)).toEqual(['a data 0/0', 'b ack 1', 'b data 0/0', `${to} ack 1`]);
});

test('a fragment of 252 B carries one', async () => {
  const world = answering(244);
  await world.clock.advance(5000);
  expect(untimed(world.transcript)[1]).toBe('b data 0/0 with ack 1');
});

test('an acknowledgement that asks for more goes alone, for the peer to go on', async () => {
  const world = linkWorld({ lose: losing(1) });
  world.send('a', 'b', bytes(600));
  await world.clock.advance(900);
  world.send('b', 'a', bytes(10));
  await world.clock.advance(5000);
  expect(untimed(world.transcript)).toEqual([
    'a data 0/2',
    'a data 1/2, loss at b',
    'a data 2/2',
    'b ack 101',
    'a data 1/2',
    'b data 0/0 with ack 111',
    'a ack 1',
  ]);
});

test('two with much to say take turns with the others: what carried one is not answered by another', async () => {
  const world = linkWorld();
  for (let count = 0; count < 4; count += 1) {
    world.send('a', 'b', bytes(100, count));
    world.send('b', 'a', bytes(100, count));
  }
  await world.clock.advance(10_000);
  const lines = untimed(world.transcript);
  const carriers = lines.flatMap((line, at) => (line.includes('with ack') ? [at] : []));
  expect(carriers.length).toBeGreaterThan(0);
  expect(carriers.every((at) => !lines[at + 1]?.includes('with ack'))).toBe(true);
  expect([world.inbox('a'), world.inbox('b')].map(({ length }) => length)).toEqual([4, 4]);
});
