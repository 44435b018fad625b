import { seededRandom } from '../../simulations/seeded-random.ts';
import { loraLink } from '../../transports/lora/link.ts';
import type { MakeCourier } from './courier.ts';

/** The link of TIES. */
export const linkCourier: MakeCourier = ({ clock, medium, modulation, seed, turnaroundMs }) => {
  const [from, to] = [1, 2].map((address) =>
    loraLink({
      radio: medium.join({ modulation }),
      clock,
      random: seededRandom(seed, `link ${address}`),
      addresses: [address],
      turnaroundMs,
      dutyCycle: 'unlimited',
    }),
  ) as [ReturnType<typeof loraLink>, ReturnType<typeof loraLink>];
  return {
    send: (payload, done) => {
      from.send({ net: 1, src: 1, dst: 2, payload }).subscribe({
        error: () => done(false),
        complete: () => done(true),
      });
    },
    onArrival: (arrived) => {
      to.messages.subscribe(({ payload }) => arrived(payload));
    },
  };
};
