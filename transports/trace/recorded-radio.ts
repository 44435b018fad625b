import { Observable } from 'rxjs';
import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import { channelOf, nanoseconds, type TraceSink } from './frame.ts';

export interface RecordedRadioInput {
  readonly radio: Radio;
  readonly clock: Clock;
  /** When the clock's 0 was, in nanoseconds since 1970, as far as is known now. */
  originNs(): bigint;
  readonly sink: TraceSink;
}

/** The same radio; what it hears and what it has sent goes into a trace, as it ends. */
export const recordedRadio = ({ radio, clock, originNs, sink }: RecordedRadioInput): Radio => {
  const hearing = radio.receptions.subscribe(({ frame, endMs, rssiDbm, snrDb }) =>
    sink.record({
      atNs: nanoseconds(endMs, originNs()),
      channel: channelOf(radio.modulation),
      direction: 'received',
      ...{ frame, rssiDbm, snrDb, comments: [] },
    }),
  );
  const sent = (frame: Uint8Array, comments: readonly string[]): void =>
    sink.record({
      atNs: nanoseconds(clock.now(), originNs()),
      channel: channelOf(radio.modulation),
      direction: 'sent',
      ...{ frame, rssiDbm: null, snrDb: null, comments },
    });
  return {
    get modulation() {
      return radio.modulation;
    },
    receptions: radio.receptions,
    troubles: radio.troubles,
    transmit: (frame) =>
      new Observable((subscriber) =>
        radio.transmit(frame).subscribe({
          complete: () => {
            sent(frame, []);
            subscriber.complete();
          },
          error: (fault) => {
            sent(frame, [`not sent, or cut off: ${fault.code}`]);
            subscriber.error(fault);
          },
        }),
      ),
    senseActivity: () => radio.senseActivity(),
    tune: (modulation) => radio.tune(modulation),
    close: () => {
      hearing.unsubscribe();
      radio.close();
    },
  };
};
