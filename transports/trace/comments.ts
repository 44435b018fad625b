/** What a recorded simulation says of a frame, as packet comments that people read too. */

export const sentBy = (radioId: string): string => `sent by ${radioId}`;
export const lostAt = (receiverId: string, cause: string): string =>
  `lost at ${receiverId}: ${cause}`;

export interface Loss {
  readonly receiver: string;
  readonly cause: string;
}

export const senderIn = (comments: readonly string[]): string | null => {
  for (const comment of comments) if (comment.startsWith('sent by ')) return comment.slice(8);
  return null;
};

export const lossesIn = (comments: readonly string[]): Loss[] =>
  comments.flatMap((comment) => {
    const [, receiver, cause] = /^lost at (.+): ([a-z-]+)$/.exec(comment) ?? [];
    return receiver === undefined || cause === undefined ? [] : { receiver, cause };
  });
