import { Command, Option } from 'commander';
import { TiesError } from '../../protocol/errors.ts';
import { type Entry, Exchange, type MessageEntry } from '../../transports/trace/exchange.ts';
import { readTrace, Troubles } from '../../transports/trace/reading.ts';
import { chartLines } from './chart.ts';
import { collected, type Filter, messageName, passes, seconds } from './filter.ts';
import { mermaidLines } from './mermaid.ts';
import { openTrace } from './open.ts';
import { Output } from './output.ts';
import { HEADING, plural, rowOf } from './rows.ts';

/** What `ties trace show` exits with; stable. A file that cannot be opened is `TiesError`'s 2. */
const EXIT = { whole: 0, damaged: 1 } as const;
/** Nobody reads a longer chart. */
const MAX_CHART = 10_000;

interface Options extends Filter {
  readonly sequence?: 'text' | 'mermaid' | true;
  readonly json: boolean;
}

export const showCommand = (): Command =>
  new Command('show')
    .description('Print who said what in a trace: a line for each message')
    .argument('<file>', 'pcapng or pcap with LINKTYPE_LORATAP; - reads it from standard input')
    .option(
      '--node <name>',
      'only messages from or to this name or address; may be repeated',
      collected,
    )
    .option('--message <name>', 'only messages of this name; may be repeated', messageName)
    .option('--since <seconds>', 'only what began then or later, from the first bit on', seconds)
    .option('--until <seconds>', 'only what began before', seconds)
    .addOption(
      new Option('--sequence [form]', 'a sequence chart instead').choices(['text', 'mermaid']),
    )
    .option('--json', 'a line of JSON for each message', false)
    .addHelpText(
      'after',
      '\nExits with 0 where all was read, 1 where some of it is damaged (told on standard error), ' +
        '2 where it cannot be opened.',
    )
    .action(async (file: string, options: Options) => {
      process.exitCode = await show(file, options);
    });

const show = async (file: string, options: Options): Promise<number> => {
  const chunks = await openTrace(file);
  const troubles = new Troubles();
  const output = new Output(process.stdout);
  const { take, end } = printing(options, output);
  const exchange = new Exchange();
  const emit = (entry: Entry): void => {
    if (passes(options, entry)) take(entry);
  };
  let frames = 0;
  for await (const batch of readTrace(chunks, troubles)) {
    frames += batch.length;
    for (const traced of batch) exchange.enter(traced, emit);
    await output.written();
  }
  exchange.end(emit);
  end(frames);
  await output.flushed();
  for (const line of troubles.lines()) process.stderr.write(`${file}: ${line}\n`);
  return troubles.areDamage ? EXIT.damaged : EXIT.whole;
};

interface Printing {
  take(entry: Entry): void;
  end(frames: number): void;
}

const printing = ({ sequence, json }: Options, output: Output): Printing => {
  if (json) return { take: (entry) => output.line(JSON.stringify(entry)), end: () => undefined };
  return sequence === undefined ? printRows(output) : printChart(sequence, output);
};

const printRows = (output: Output): Printing => {
  let messages = 0;
  let airtimeMs = 0;
  output.line(HEADING);
  return {
    take: (entry) => {
      if (entry.kind === 'message') messages += 1;
      airtimeMs += entry.airtimeMs;
      output.line(rowOf(entry));
    },
    end: (frames) =>
      output.line(
        `${plural(frames, 'frame')} read; shown ${plural(messages, 'message')}, ${(airtimeMs / 1000).toFixed(2)} s on air`,
      ),
  };
};

const printChart = (form: 'text' | 'mermaid' | true, output: Output): Printing => {
  const entries: MessageEntry[] = [];
  const lines = form === 'mermaid' ? mermaidLines : chartLines;
  return {
    take: (entry) => {
      if (entry.kind === 'stray') return;
      if (entries.length === MAX_CHART)
        throw new TiesError(
          'TRACE_CHART_LENGTH',
          `A chart has at most ${MAX_CHART} messages: choose some by --since, --until, --node or --message.`,
        );
      entries.push(entry);
    },
    end: () => {
      for (const line of lines(entries)) output.line(line);
    },
  };
};
