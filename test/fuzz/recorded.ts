import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { toHex } from '../../protocol/bytes.ts';
import { Eavesdropper } from '../scenarios/frames.ts';
import { fileOf, SCENES } from '../traces/scenes.ts';

/** What was on the air in the recorded runs, each once. */
export interface Recorded {
  readonly frames: readonly Uint8Array[];
  readonly messages: readonly Uint8Array[];
}

const HEARD = /"heard",\{"frame":\{"\$bytes":"([^"]+)"\}/g;

const distinct = (all: readonly Uint8Array[]): readonly Uint8Array[] => [
  ...new Map(all.map((bytes) => [toHex(bytes), bytes])).values(),
];

/** From the journals of `test/traces`: joins, keys by both methods, losses, restarts, an attacker. */
export const recorded = (): Recorded => {
  const frames = distinct(
    Object.keys(SCENES).flatMap((name) => {
      const journal = gunzipSync(readFileSync(fileOf(name))).toString();
      return [...journal.matchAll(HEARD)].map(([, frame]) =>
        Uint8Array.from(Buffer.from(frame as string, 'base64')),
      );
    }),
  );
  const eavesdropper = new Eavesdropper();
  for (const [at, frame] of frames.entries()) eavesdropper.hear(frame, at * 1000);
  return { frames, messages: eavesdropper.messages.map(({ payload }) => payload) };
};
