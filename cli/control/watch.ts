import type { Command } from 'commander';
import type { ControlReply } from '../../runtime/control/requests.ts';
import { answerOf, converse } from '../control-client.ts';
import { operate } from '../operate.ts';
import { control, type Options } from './command.ts';

/** Always JSON: news have no other form. */
export const watchCommand = (): Command =>
  control('watch', 'What happens on a device from now on, a line of JSON for each').action(
    ({ socket, json }: Options) =>
      operate(json, {
        answer: async () => {
          const lines = converse(socket, { do: 'watch' });
          const first = await lines.next();
          if (!first.done) answerOf(first.value as ControlReply);
          for await (const line of lines)
            process.stdout.write(`${JSON.stringify((line as { news: object }).news)}\n`);
          return {};
        },
        text: () => 'The daemon has ended.',
      }),
  );
