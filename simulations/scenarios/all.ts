import type { Scenario } from '../sweep/scenario.ts';
import { alohaScenario } from './aloha.ts';
import { exchangeScenario } from './exchange.ts';
import { networkScenario } from './network.ts';
import { scaleScenario } from './scale.ts';

/** By the name that an experiment's file gives. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  aloha: alohaScenario,
  exchange: exchangeScenario,
  network: networkScenario,
  scale: scaleScenario,
};
