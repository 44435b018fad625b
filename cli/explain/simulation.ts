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
  WORLD_ADMISSION: ['The center of a simulation refused a label.', OUR_FAULT],
  WORLD_NOT_JOINED: ['A node of a simulation has not joined.', 'Let it join first.'],
  WORLD_OFF: ['A device of a simulation is not on.', 'Switch it on first.'],
  WORLD_TIMEOUT: ['What a simulation waits for did not come.', 'Lose fewer frames (--loss).'],
};
