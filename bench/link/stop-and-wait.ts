import { seededRandom } from '../../simulations/seeded-random.ts';
import type { MakeCourier } from './courier.ts';
import { MAX_PAYLOAD_BYTES, ReliableDatagram } from './reliable-datagram.ts';

/**
 * Messages over RadioHead's reliable datagrams: equal parts one after the other, given up with the
 * first part that is. The other end knows what a whole message is, which costs nothing here.
 */
export const stopAndWait =
  (retries: number): MakeCourier =>
  ({ clock, medium, modulation, seed, turnaroundMs }) => {
    let arrived = (_: Uint8Array): void => {};
    let expected = 0;
    let parts: Uint8Array[] = [];
    const receive = (part: Uint8Array): void => {
      parts.push(part);
      if (parts.length === expected) arrived(Buffer.concat(parts));
    };
    const datagram = (address: number, deliver: (part: Uint8Array) => void): ReliableDatagram => {
      const random = seededRandom(seed, `stop and wait ${address}`);
      const radio = medium.join({ modulation });
      return new ReliableDatagram(
        { radio, clock, random, address, retries, turnaroundMs },
        deliver,
      );
    };
    const from = datagram(1, () => {});
    datagram(2, receive);
    return {
      send: (payload, done) => {
        expected = Math.ceil(payload.length / MAX_PAYLOAD_BYTES);
        parts = [];
        const partBytes = Math.ceil(payload.length / expected);
        const send = (index: number): void => {
          if (index === expected) {
            done(true);
            return;
          }
          const part = payload.subarray(index * partBytes, (index + 1) * partBytes);
          from.send(part, 2, (isHere) => (isHere ? send(index + 1) : done(false)));
        };
        send(0);
      },
      onArrival: (call) => {
        arrived = call;
      },
    };
  };
