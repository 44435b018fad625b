import { parsePacket } from '../../../protocol/packet.ts';
import type { OutgoingMessage } from '../../../transports/lora/interface.ts';
import type { Input } from './device.ts';
import type { Fact } from './facts.ts';
import { countOf, type Histories, type History } from './histories.ts';
import { messageOf } from './messages.ts';

/** A state of the network: what has happened to each device. All that was said is on record. */
export interface Network {
  readonly histories: readonly History[];
}

export interface Breach {
  readonly property: string;
  readonly what: string;
  readonly steps: readonly string[];
}

export interface Found {
  readonly states: number;
  readonly histories: number;
  readonly taken: number;
  readonly reached: ReadonlySet<string>;
  readonly exhausted: boolean;
  readonly breaches: readonly Breach[];
  readonly deadEnd: readonly string[] | null;
}

export interface Search {
  readonly devices: readonly Histories[];
  /** What may happen to a device now, but for time and work. */
  readonly inputs: (history: History, said: readonly number[]) => readonly Input[];
  /** How often what may happen to a device. */
  readonly budget: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What was said before it all began. */
  readonly recorded: readonly number[];
  readonly properties: Readonly<
    Record<string, (fact: Fact, network: readonly History[]) => string | null>
  >;
  readonly most: number;
  readonly untilBroken?: boolean;
}

interface Reached {
  readonly network: Network;
  readonly from: number;
  readonly at: number;
  readonly input: Input | null;
  readonly before: number[];
  readonly isEnd: boolean;
}

export const search = async (it: Search): Promise<Found> => {
  const seen = new Map<string, number>();
  const states: Reached[] = [];
  const breaches = new Map<string, Breach>();
  const reached = new Set<string>();
  const properties = Object.entries(it.properties);

  const reach = (network: Network, from: number, at: number, input: Input | null): void => {
    const key = network.histories.map(({ id }) => id).join();
    const known = seen.get(key);
    if (known !== undefined) {
      if (from >= 0) (states[known] as Reached).before.push(from);
      return;
    }
    const number = states.length;
    seen.set(key, number);
    states.push({ network, from, at, input, before: from < 0 ? [] : [from], isEnd: false });
    const news = from < 0 ? network.histories.flatMap(({ facts }) => [...facts]) : [];
    const facts = from < 0 ? news : (network.histories[at] as History).newFacts;
    for (const fact of facts) {
      reached.add(fact.slice(0, fact.indexOf(' ')));
      for (const [property, check] of properties) {
        if (breaches.has(property)) continue;
        const what = check(fact, network.histories);
        if (what !== null) breaches.set(property, { property, what, steps: transcript(number) });
      }
    }
  };

  const transcript = (number: number): string[] => {
    const lines: string[] = [];
    for (
      let here = states[number] as Reached;
      here.input !== null;
      here = states[here.from] as Reached
    )
      lines.unshift(...stepText(here, (states[here.from] as Reached).network));
    return lines;
  };

  const left = (history: History, what: string): boolean =>
    (history.counts[what] ?? 0) < (it.budget[history.device]?.[what] ?? 0);

  const first: History[] = [];
  // One after another: whose turn it is, is known to all that is noted.
  for (const device of it.devices) first.push(await device.first());
  reach({ histories: first }, -1, 0, null);
  let at = 0;
  for (; at < states.length && states.length <= it.most; at += 1) {
    if (it.untilBroken && breaches.size > 0) break;
    const { network } = states[at] as Reached;
    const said = [...new Set([...it.recorded, ...network.histories.flatMap((one) => one.said)])];
    let isQuiet = network.histories.every(({ isStuck }) => !isStuck);
    for (const [which, history] of network.histories.entries()) {
      const device = it.devices[which] as Histories;
      const inputs = [...it.inputs(history, said)].filter(
        (input) => input.type === 'hear' || left(history, countOf(input)),
      );
      if (history.isWorking) inputs.push({ type: 'done' });
      else if (left(history, 'wait')) inputs.push({ type: 'wait' });
      for (const input of inputs) {
        const next = await device.step(history, input);
        if (next === null) continue;
        if (input.type === 'done' || input.type === 'wait') isQuiet = false;
        reach(
          { histories: network.histories.map((one, index) => (index === which ? next : one)) },
          at,
          which,
          input,
        );
      }
    }
    states[at] = { ...(states[at] as Reached), isEnd: isQuiet };
  }
  const exhausted = at === states.length;
  return {
    states: states.length,
    histories: it.devices.reduce((sum, { size }) => sum + size, 0),
    taken: it.devices.reduce((sum, { taken }) => sum + taken, 0),
    reached,
    exhausted,
    breaches: [...breaches.values()],
    deadEnd: exhausted ? deadEnd() : null,
  };

  /** The first state from which nothing leads to one in which nobody waits for anything. */
  function deadEnd(): readonly string[] | null {
    const open = states.flatMap(({ isEnd }, number) => (isEnd ? [number] : []));
    const saved = new Set(open);
    for (let here = open.pop(); here !== undefined; here = open.pop())
      for (const from of (states[here] as Reached).before)
        if (!saved.has(from)) {
          saved.add(from);
          open.push(from);
        }
    const lost = states.findIndex((_, number) => !saved.has(number));
    return lost < 0 ? null : transcript(lost);
  }
};

/** As `sequence.ts` reads it: `*>3: text` is handed over, `2>*: text` said, `2: text` done. */
const stepText = ({ network, at, input }: Reached, before: Network): readonly string[] => {
  const history = network.histories[at] as History;
  const self = LIFELINE[history.device] ?? '*';
  const known = (before.histories[at] as History).said;
  const said = history.said.filter((number) => !known.includes(number)).map(messageOf);
  const ended = (history.news as readonly { type: string; actor?: string; reason?: unknown }[])
    .filter(({ type }) => type === 'run.ended' || type === 'node.dismissed')
    .map(({ type, actor, reason }) => `${self}: ${actor ?? type} ${reason ?? 'ended well'}`);
  return [
    input?.type === 'hear'
      ? `*>${self}: ${nameOf(input.message)}`
      : `${self}: ${input?.type === 'command' ? input.command.type : WORDS[(input ?? { type: 'wait' as const }).type as keyof typeof WORDS]}`,
    ...said.map((message) => `${self}>*: ${nameOf(message)}`),
    ...ended,
  ];
};

const LIFELINE: Readonly<Record<string, string>> = { CE: '1', N1: '2', N2: '3' };
const WORDS = { wait: 'time passes', done: 'its TPM is done', restart: 'restarts' } as const;

const nameOf = ({ src, dst, payload }: OutgoingMessage): string => {
  const packet = parsePacket(payload);
  return typeof packet === 'string' ? packet : `${packet.name} ${packet.counter}, ${src} to ${dst}`;
};
