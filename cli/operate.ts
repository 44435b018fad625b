import { TiesError } from '../protocol/errors.ts';
import { Refusal } from './control-client.ts';

/** What the commands that operate a device exit with; stable. */
export const EXIT = { done: 0, refused: 1, unasked: 2 } as const;
export const EXIT_TEXT =
  'Exits with 0 when done, 1 when the daemon refused, 2 when it could not be asked.';

/**
 * Answer as text or as one line of JSON, faults too, and set the exit code; `exit` says it of an
 * answer that tells of something that was not done.
 */
export const operate = async <Answer extends object>(
  json: boolean,
  {
    answer,
    text,
    exit = () => EXIT.done,
  }: {
    answer(): Promise<Answer>;
    text(answer: Answer): string;
    exit?(answer: Answer): number;
  },
): Promise<void> => {
  try {
    const given = await answer();
    const exitCode = exit(given);
    const ok = exitCode === EXIT.done;
    process.stdout.write(`${json ? JSON.stringify({ ok, ...given }) : text(given)}\n`);
    process.exitCode = exitCode;
  } catch (error) {
    if (!(error instanceof TiesError)) throw error;
    const { code, message } = error;
    if (json) process.stdout.write(`${JSON.stringify({ ok: false, code, message })}\n`);
    else process.stderr.write(`${code}: ${message}\n`);
    process.exitCode = error instanceof Refusal ? EXIT.refused : EXIT.unasked;
  }
};
