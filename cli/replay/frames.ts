import type { TracedFrame } from '../../transports/trace/frame.ts';
import { readTrace, Troubles } from '../../transports/trace/reading.ts';
import { openTrace } from '../trace/open.ts';

/** The frames of a trace one by one; what of it cannot be read is told on standard error. */
export async function* framesOf(file: string): AsyncGenerator<TracedFrame> {
  const troubles = new Troubles();
  for await (const batch of readTrace(await openTrace(file), troubles)) yield* batch;
  for (const line of troubles.lines()) process.stderr.write(`${file}: ${line}\n`);
}
