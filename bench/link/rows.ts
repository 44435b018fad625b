import { type PresetName, presets } from '../../protocol/lora/presets.ts';
import { boundMs } from './bound.ts';
import { linkCourier } from './link-courier.ts';
import { DEFAULT_RETRIES } from './reliable-datagram.ts';
import { type Series, series } from './series.ts';
import { stopAndWait } from './stop-and-wait.ts';

/** SF7 at 125 and at 250 kHz. */
const PRESETS = ['paper', 'default'] as const satisfies readonly PresetName[];
const SIZES = [300, 400, 600, 1024];
const LOSSES = [0, 0.1, 0.2, 0.3];

export interface Row extends Series {
  readonly bytes: number;
  readonly loss: number;
  readonly preset: PresetName;
  /** Messages, one after the other. */
  readonly n: number;
  readonly boundMs: number;
  /** Delivered with the library's four attempts, times with as many as it takes. */
  readonly stopAndWait: Series;
}

export type RowInput = Pick<Row, 'bytes' | 'loss' | 'preset' | 'n'>;

export const rowInputs = (n: number): RowInput[] =>
  PRESETS.flatMap((preset) =>
    SIZES.flatMap((bytes) => LOSSES.map((loss) => ({ bytes, loss, preset, n }))),
  );

export const row = (input: RowInput): Row => {
  const { bytes, loss, preset, n } = input;
  const modulation = presets[preset];
  const common = { modulation, bytes, loss, messages: n };
  const patient = series({ ...common, courier: stopAndWait(Number.POSITIVE_INFINITY) });
  const { delivered } = series({ ...common, courier: stopAndWait(DEFAULT_RETRIES) });
  return {
    ...input,
    ...series({ ...common, courier: linkCourier }),
    boundMs: boundMs(bytes, modulation),
    stopAndWait: { ...patient, delivered },
  };
};
