import type { Command } from 'commander';
import type { Named } from '../../runtime/control/devices.ts';
import { asking, control, type Options } from './command.ts';

interface Nodes {
  readonly version: number;
  readonly nodes: readonly Named[];
}

export const nodesCommand = (): Command =>
  control('nodes', 'The list of authorized devices, as this device has it').action(
    (options: Options) =>
      asking<Nodes>(options, { do: 'nodes' }, ({ version, nodes }) =>
        [
          `version ${version}, ${nodes.length} devices`,
          ...nodes.map(({ address, devId, state, name = '' }) =>
            `${String(address).padStart(5)}  ${devId}  ${state.padEnd(22)}  ${name}`.trimEnd(),
          ),
        ].join('\n'),
      ),
  );
