import { deployment } from './deployment.ts';
import type { Explanations } from './explanation.ts';
import { hardware } from './hardware.ts';
import { inspector } from './inspector.ts';
import { network } from './network.ts';
import { simulation } from './simulation.ts';
import { store } from './store.ts';
import { tpm } from './tpm.ts';
import { trace } from './trace.ts';

/** Codes of `TiesError`. */
export const codes: Explanations = {
  ...hardware,
  ...tpm,
  ...network,
  ...store,
  ...simulation,
  ...trace,
  ...deployment,
  ...inspector,
};
