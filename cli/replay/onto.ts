import { wallClock } from '../../drivers/clock/wall.ts';
import { openRadio } from '../../runtime/open-radio.ts';
import { Chronicle } from '../../simulations/chronicle.ts';
import { MainJob } from '../../simulations/main-job.ts';
import { AirReplay } from '../../simulations/replay/onto-air.ts';
import { World } from '../../simulations/world.ts';
import { type Said, sayTrace } from '../../transports/trace/saying.ts';
import { readRole } from '../role-file.ts';
import { simulated } from '../simulated.ts';
import { plural } from '../trace/rows.ts';
import type { DemoNetwork, Outcome } from './command.ts';
import { framesOf } from './frames.ts';
import { byRuleLines, verdictLine } from './verdict-lines.ts';

/** Say a trace beside a network that has done its main job: it is to refuse all of it. */
export const ontoDemo = async (file: string, { nodes, seed }: DemoNetwork): Promise<Outcome> => {
  const replay = new AirReplay();
  let chronicle: Chronicle | null = null;
  const world = await World.create({
    ...{ nodes, seed, tpm: 'model' },
    watch: (sighting) => {
      chronicle?.noteSighting(sighting);
      replay.watch(sighting);
    },
  });
  try {
    chronicle = new Chronicle(world.air);
    await new MainJob(world, chronicle, { mode: 'direct' }).run();
    const { verdicts, ...said } = await replay.run(world, framesOf(file));
    const taken = verdicts.all.filter(({ refusedBy }) => refusedBy === null);
    return {
      ok: taken.length === 0,
      lines: [...verdicts.all.map(verdictLine), saidLine(said), ...byRuleLines(verdicts)],
      figures: { ...said, verdicts: verdicts.all },
    };
  } finally {
    await world.close();
  }
};

/** Say a trace with the radio of a role file, whose daemon is not running; null where it has faults. */
export const ontoRadio = async (file: string, roleFile: string): Promise<Outcome | null> => {
  const role = readRole(roleFile);
  if (role === null) return null;
  const warn = ({ message }: Error): void => void process.stderr.write(`${message}\n`);
  const radio = await openRadio(role, { clock: wallClock, simulated, warn });
  try {
    const said = await sayTrace({ clock: wallClock, radio, frames: framesOf(file) });
    const lines = [saidLine(said), 'What devices made of it they tell: ties watch'];
    return { ok: true, lines, figures: said };
  } finally {
    radio.close();
  }
};

const saidLine = ({ frames, airtimeMs, waitedMs, leftOut }: Said): string =>
  [
    `${plural(frames, 'frame')} said, ${(airtimeMs / 1000).toFixed(2)} s on air`,
    ...(waitedMs > 0 ? [`${(waitedMs / 1000).toFixed(0)} s waited for the duty cycle`] : []),
    ...(leftOut > 0 ? [`${plural(leftOut, 'frame')} left out, on no channel of EU868`] : []),
  ].join(', ');
