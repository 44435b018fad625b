import { expect, test } from 'vitest';
import { traceAir } from '../../simulations/air-trace.ts';
import { type Entry, Exchange, type MessageEntry } from '../../transports/trace/exchange.ts';
import type { TracedFrame } from '../../transports/trace/frame.ts';
import { readTrace, Troubles } from '../../transports/trace/reading.ts';
import { inNetwork } from '../scenarios/network.ts';
import { inChunks, traceOf } from './frames.ts';

test('the trace of a network tells the same as its own chronicle, losses included', () =>
  inNetwork({ nodes: 2, loss: 0.15, seed: 4 }, async (network) => {
    const frames: TracedFrame[] = [];
    traceAir(network.world.medium.transmissions, { record: (frame) => void frames.push(frame) });
    await network.mainJob('indirect');
    const troubles = new Troubles();
    const exchange = new Exchange();
    const entries: Entry[] = [];
    const emit = (entry: Entry): void => void entries.push(entry);
    for await (const batch of readTrace(inChunks(traceOf(frames), 300), troubles))
      for (const frame of batch) exchange.enter(frame, emit);
    exchange.end(emit);
    expect(troubles.lines()).toEqual([]);

    const messages = entries.filter((entry): entry is MessageEntry => entry.kind === 'message');
    expect(messages).toHaveLength(entries.length);
    const told = messages.map(({ from, to, message, bytes, frames, retransmissions, acks }) => ({
      ...{ from, to, message, bytes, frames, retransmissions, acks },
    }));
    const air = network.chronicle.air();
    expect(told).toEqual(
      air.map(({ from, to, message, bytes, frames, retransmissions, acks }) => ({
        ...{ from, to, message, bytes, frames, retransmissions, acks },
      })),
    );
    const offsetMs = air[0]?.startMs as number;
    for (const [at, { startMs, airtimeMs }] of messages.entries()) {
      expect(startMs + offsetMs).toBeCloseTo(air[at]?.startMs as number, 3);
      expect(airtimeMs).toBeCloseTo(air[at]?.airtimeMs as number, 3);
    }
    const lost = network.transmissions.flatMap(({ outcomes }) =>
      [...outcomes].filter(([, outcome]) => outcome !== 'received'),
    );
    expect(lost.length).toBeGreaterThan(10);
    expect(messages.flatMap(({ losses }) => losses)).toHaveLength(lost.length);
    expect(frames.every(({ rssiDbm }) => rssiDbm !== null && rssiDbm < 0)).toBe(true);
  }));
