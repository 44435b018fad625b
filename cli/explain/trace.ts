import type { Explanations } from './explanation.ts';

/** Recording, reading and replaying. */
export const trace: Explanations = {
  JOURNAL_MALFORMED: [
    'The file is no journal, or damaged.',
    'Name one that --journal has written.',
  ],
  JOURNAL_VERSION: ['Another version of ties wrote the journal.', 'Replay it with that version.'],
  REPLAY_DEVICE: ['No device of the demo has this name.', 'Give CE, N1 …, or more --nodes.'],
  REPLAY_TWICE: ['A trace is replayed in one way at a time.', 'Leave out --through or --onto.'],
  TRACE_CHART_LENGTH: ['Nobody reads so long a chart.', 'Choose by --since, --until or --node.'],
  TRACE_UNREADABLE: ["The trace is not there, or not this user's.", 'Check its path and owner.'],
  TRACE_UNWRITABLE: ['The trace cannot be written.', 'Make room, or name another place.'],
};
