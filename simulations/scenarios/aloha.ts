import { z } from 'zod';
import { MODELS, simulateAloha, TRAFFIC } from '../aloha/aloha.ts';
import { EXPERIMENTS } from '../aloha/experiment.ts';
import { seededRandom } from '../seeded-random.ts';
import { scenario } from '../sweep/scenario.ts';

const DAY_MS = 86_400_000;

/** `ties simulate aloha`, as an experiment. */
export const alohaScenario = scenario({
  about: 'Nodes that send to one gateway whenever they please, without our protocol.',
  parameters: z.strictObject({
    nodes: z.int().min(1).max(1_000_000),
    days: z.number().positive().max(3650).default(1),
    periodMs: z.number().positive().default(1_000_000),
    payload: z.int().min(0).max(255).default(20),
    model: z.enum(MODELS).default('lorasim'),
    experiment: z.literal(EXPERIMENTS).default(0),
    traffic: z.enum(TRAFFIC).default('poisson'),
  }),
  outputs: {
    deliveryRatio: { unit: '', about: 'Of the frames that were sent, the share that arrived.' },
    sent: { unit: '', about: 'Frames.' },
    events: { unit: '', about: 'Begins and ends of frames.' },
    eventsPerS: {
      unit: '1/s',
      about: 'Events simulated in a second of real time.',
      isMeasured: true,
    },
  },
  run: async ({ days, payload, ...given }, { seed, meter }) => {
    const startMs = meter.wallMs();
    const { deliveryRatio, sent, events } = simulateAloha(
      { ...given, durationMs: days * DAY_MS, payloadBytes: payload },
      seededRandom(seed, 'aloha'),
    );
    const eventsPerS = (1000 * events) / Math.max(1e-3, meter.wallMs() - startMs);
    return { deliveryRatio, sent, events, eventsPerS: Math.round(eventsPerS) };
  },
});
