import { presets } from '../../protocol/lora/presets.ts';
import type { MakeCourier } from '../link/courier.ts';
import { linkCourier } from '../link/link-courier.ts';
import { series } from '../link/series.ts';
import { stopAndWait } from '../link/stop-and-wait.ts';
import { median, type Part } from './part.ts';

const MESSAGES = 100;
const BATCHES = 7;

const perMessage = (courier: MakeCourier): number => {
  const took = Array.from({ length: BATCHES + 1 }, (_, seed) => {
    const { user, system } = process.cpuUsage();
    series({
      courier,
      modulation: presets.default,
      bytes: 600,
      loss: 0.1,
      messages: MESSAGES,
      seed,
    });
    const after = process.cpuUsage();
    return (1000 * (after.user + after.system - user - system)) / MESSAGES;
  });
  return median(took.slice(1));
};

/** CPU time of a message through two whole links and the simulated air between them. */
export const link = async (): Promise<Part[]> => [
  {
    ...{ title: 'a message of 600 B at loss 0.1, both ends and the air, CPU', skipped: null },
    figures: [
      { name: 'stop-and-wait', median: perMessage(stopAndWait(1000)), unit: 'ns' },
      { name: 'our link', median: perMessage(linkCourier), unit: 'ns' },
    ],
  },
];
