import type { Clock } from '../../drivers/clock/interface.ts';
import type { Radio } from '../../drivers/radio/interface.ts';
import type { Modulation } from '../../protocol/lora/modulation.ts';
import type { Air } from './air.ts';
import { announcedBurst, type Burst, burstOf, framesMs, type RateChange } from './burst.ts';
import type { ChannelAccess } from './channel-access.ts';
import type { Claim, Purpose } from './duty-cycle-budget.ts';
import { ackBytes, bytesOnAir } from './frame.ts';
import type { OutgoingMessage } from './interface.ts';
import { Outgoing } from './outgoing.ts';
import type { RateControl } from './rate-control.ts';
import type { RateShift } from './rate-shift.ts';
import { begin, beginProbing, type Progress } from './rounds.ts';
import type { SilentPeers } from './silent-peers.ts';
import type { Timing } from './timing.ts';

/** What a message takes to be sent. */
export interface Sending {
  readonly air: Pick<Air, 'turn'>;
  readonly radio: Pick<Radio, 'modulation'>;
  /** The base rate first. */
  readonly steps: readonly Modulation[];
  readonly rates: RateControl;
  readonly shift: RateShift;
  readonly timing: Timing;
  readonly access: Pick<ChannelAccess, 'backOffMs' | 'delivered' | 'ended'>;
  readonly silentPeers: Pick<SilentPeers, 'has' | 'heard' | 'gaveUp'>;
  readonly clock: Clock;
}

/** What a round says, for what and at which rate step. */
export interface Round {
  readonly burst: Burst;
  readonly purpose: Purpose;
  readonly step: number;
}

/** Questions go at the base rate, and so does what follows a silence: there the peer will be. */
export const roundOf = (
  message: OutgoingMessage,
  outgoing: Outgoing,
  progress: Progress,
  sending: Sending,
): Round => {
  const { rates, shift, steps } = sending;
  const { dst, last } = outgoing.route;
  const purpose = purposeOf(message, progress, sending);
  const base = steps[0] as Modulation;
  const frames = outgoing.round(progress, base);
  const lengths = frames.map(bytesOnAir);
  const step = progress.silences > 0 ? 0 : rates.stepFor(dst, lengths, ackBytes(last));
  if (step === 0) return { burst: burstOf(dst, frames, base), purpose, step };
  const modulation = steps[step] as Modulation;
  const announcement = outgoing.announcement(step, lengths);
  const change: RateChange['change'] = (ending) => shift.leave(modulation, ending);
  const burst = announcedBurst(announcement, frames, { base, modulation, change });
  return { burst, purpose, step };
};

/** The airtime it takes to begin a message. */
export const firstClaim = (message: OutgoingMessage, sending: Sending): Claim => {
  const outgoing = new Outgoing(message, 0);
  const first = firstRound(message, outgoing.last, sending);
  const base = sending.steps[0] as Modulation;
  const airtimeMs = framesMs(outgoing.round(first, base), base);
  return { purpose: purposeOf(message, first, sending), airtimeMs };
};

export const firstRound = (
  { dst }: OutgoingMessage,
  last: number,
  { silentPeers }: Sending,
): Progress => (silentPeers.has(dst) ? beginProbing(last) : begin(last));

/** What is begun ends before anything new begins. */
const purposeOf = (
  { dst, priority = 0 }: OutgoingMessage,
  { rounds, silences }: Progress,
  { silentPeers }: Sending,
): Purpose => {
  if (silentPeers.has(dst)) return 'probe';
  if (priority > 0) return 'high';
  if (silences > 0) return 'again';
  return rounds > 1 ? 'high' : 'normal';
};
