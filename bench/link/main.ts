import { presets } from '../../protocol/lora/presets.ts';
import { broken } from './claims.ts';
import { dutyWeek } from './duty-week.ts';
import { fairness } from './fairness.ts';
import { halfLost } from './half-lost.ts';
import { paperFlow } from './paper-flow.ts';
import { stepped } from './rate-steps.ts';
import { row, rowInputs } from './rows.ts';
import { table } from './table.ts';

const MESSAGES = 1000;
const MESSAGES_HALF_LOST = 10_000;
const MESSAGES_STEPPED = 300;
const SHARING = [0, 0.1].flatMap((loss) => [1, 2, 3].map((seed) => ({ loss, seed })));
const LEAST_FAIRNESS = 0.9;
/** Of 10 and of 1 % duty cycle; longer messages where more airtime is to be spent. */
const WEEKS = [
  { modulation: presets.default, payloadBytes: 3900 },
  { modulation: presets.paper, payloadBytes: 400 },
];
const FLOWS = 40;
const FLOW_LOSS = 0.3;

const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

const main = async (): Promise<void> => {
  const rows = rowInputs(MESSAGES).map(row);
  print(table(rows));

  print('\nhalf of all frames lost, SF7/250');
  const half = halfLost(MESSAGES_HALF_LOST);
  for (const { bytes, messages, lost, meanMs, p99Ms } of half) {
    const times = `mean ${meanMs.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`;
    print(`${bytes} B: ${lost} of ${messages} lost, ${times}`);
  }

  print('\n600 B on the range preset (SF10/125), at its base rate alone and with rate steps');
  for (const { loss, atBase, withSteps } of stepped(MESSAGES_STEPPED)) {
    const means = `mean ${atBase.meanMs.toFixed(0)} and ${withSteps.meanMs.toFixed(0)} ms`;
    print(
      `loss ${loss}: ${means}, p99 ${atBase.p99Ms.toFixed(0)} and ${withSteps.p99Ms.toFixed(0)} ms`,
    );
  }

  print('\nten nodes saturate one channel for five minutes, SF7/250, 200 B');
  const shared = SHARING.map((input) => ({ ...input, ...fairness(input) }));
  for (const { loss, seed, jain, delivered, lost, goodputBps } of shared) {
    const got = `${delivered} messages delivered, ${lost} lost, ${goodputBps.toFixed(0)} bit/s`;
    print(`loss ${loss}, seed ${seed}: fairness ${jain.toFixed(3)}, ${got}`);
  }

  print('\na week of overload, with power cuts');
  const weeks = await Promise.all(WEEKS.map(dutyWeek));
  for (const { subBand, limit, fullestHour, used, powerCuts } of weeks) {
    const share = `fullest hour ${percent(fullestHour / limit)} of it, mean ${percent(used)}`;
    print(`${subBand}, ${100 * limit} %: ${share}, ${powerCuts} power cuts`);
  }

  const whole = await paperFlow(FLOWS, FLOW_LOSS);
  print(`\nthe paper's flow at loss ${FLOW_LOSS}: ${whole} of ${FLOWS} runs did all of it`);

  const least = Math.min(...shared.map(({ jain }) => jain));
  const dutyExceeded = weeks.some((week) => week.dutyExceeded);
  const claims: Record<string, boolean> = {
    'no message is lost where half of all frames are': half.every(({ lost }) => lost === 0),
    'no message is lost on a saturated channel': shared.every(({ lost }) => lost === 0),
    'the fairness index is 0.9': least >= LEAST_FAIRNESS,
    'the duty cycle is kept': !dutyExceeded,
    "the paper's flow ends every time": whole === FLOWS,
  };
  const failures = [
    ...rows.flatMap(broken),
    ...Object.keys(claims)
      .filter((claim) => !claims[claim])
      .map((claim) => `not true that ${claim}`),
  ];
  for (const failure of failures) print(failure);
  if (failures.length > 0) process.exitCode = 1;
  if (process.argv.includes('--json'))
    print(JSON.stringify({ rows, fairness: least, dutyExceeded }));
};

void main();
