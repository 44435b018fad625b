import { type Explanations, NOTHING, OUR_FAULT } from './explanation.ts';

/** Simulated worlds. */
export const simulation: Explanations = {
  AIR_BACK: ['The air is back.', NOTHING],
  AIR_ID_TAKEN: ['Another radio of this name is on the air.', 'Give each device its own name.'],
  AIR_LOST: ['ties air has ended.', 'Start it again; radios find it by themselves.'],
  AIR_MALFORMED: ['The other side speaks otherwise.', 'Run ties air of the same version.'],
  AIR_NOT_READ: ['The other side hangs.', 'Restart it.'],
  AIR_PATH: ['No socket can be made there.', 'Give another --socket.'],
  AIR_UNREACHABLE: ['No air is served there.', 'Start ties air; check radio.path.'],
  AIR_VERSION: ['ties air is of another version.', 'Run the same.'],
  CLOCK_LIMIT: ['A simulation does not come to its end.', OUR_FAULT],
  CLOCK_PROMISE: ['Work outside a simulation does not end.', OUR_FAULT],
  EXPERIMENT_CHANGED: ['The folder holds results of something else.', 'Give another --out.'],
  EXPERIMENT_DISK: ['The results cannot be written.', 'Mend that; the same command goes on.'],
  EXPERIMENT_FILE: ['That is no experiment.', 'Mend each line that it names.'],
  EXPERIMENT_IN_USE: ['Another process writes there.', 'Wait for it, or give another --out.'],
  EXPERIMENT_INCOMPLETE: ['An experiment was interrupted.', 'Give its command again.'],
  EXPERIMENT_LOG: ['Runs are missing, damaged or not of it.', 'Do what it says, or run it anew.'],
  EXPERIMENT_MANIFEST: ['The manifest is damaged.', 'Restore it, or run the experiment anew.'],
  EXPERIMENT_RUN: ['A run failed.', 'Look at what it says; the same command goes on with it.'],
  EXPERIMENT_SHARDS: ['These are not all shards of one.', 'Name each shard once, finished.'],
  EXPERIMENT_UNLIKE: ['They have nothing in common.', 'Compare results of one experiment.'],
  WORLD_ADMISSION: ['The center of a simulation refused a label.', OUR_FAULT],
  WORLD_NOT_JOINED: ['A node of a simulation has not joined.', 'Let it join first.'],
  WORLD_OFF: ['A device of a simulation is not on.', 'Switch it on first.'],
  WORLD_TIMEOUT: ['What a simulation waits for did not come.', 'Lose fewer frames (--loss).'],
};
