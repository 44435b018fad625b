import { expect, test } from 'vitest';
import { presets } from '../../protocol/lora/presets.ts';
import { fragmentsOf } from '../../transports/lora/fragments.ts';
import { encodeFrame } from '../../transports/lora/frame.ts';
import { parityFragment } from '../../transports/lora/parity.ts';
import { untimed } from './transcript.ts';
import { linkWorld } from './world.ts';

test('a parity fragment stands in for one that is missing, and all counts as here', async () => {
  const world = linkWorld({ nodes: { b: 2 } });
  const radio = world.medium.join({ id: 'x', modulation: presets.paper });
  const message = Uint8Array.from({ length: 601 }, (_, i) => i * 3);
  const fragments = fragmentsOf(message);
  const [first, , third] = fragments as [Uint8Array, Uint8Array, Uint8Array];
  const route = { net: 0xa5, dst: 2, src: 1, seq: 9, last: 2 };
  const frames = [
    encodeFrame({ type: 'data', ackWanted: true, ...route, index: 0, payload: first }),
    encodeFrame({ type: 'data', ackWanted: false, ...route, index: 2, payload: third }),
    encodeFrame({
      type: 'parity',
      ackWanted: true,
      ...route,
      index: 5,
      payload: parityFragment(fragments, 5),
    }),
  ];
  for (const frame of frames) {
    radio.transmit(frame).subscribe();
    await world.clock.advance(1000);
  }
  expect(untimed(world.transcript)).toEqual([
    'x data 0/2',
    'b ack 1',
    'x data 2/2',
    'x parity 5/2',
    'b ack 111',
  ]);
  expect(world.inbox('b').map(({ payload }) => payload)).toEqual([message]);
});
