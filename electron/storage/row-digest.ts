import { createHash } from 'node:crypto';

/** The parts of a queued message that must reach the server, or the person, as they were written. */
export interface QueuedParts {
  readonly clientMessageId: string;
  readonly peerId: number;
  readonly content: string;
}

const DIGEST_CHARACTERS = 16;

/** A short text that changes with any part: tells a row that a disk has altered. */
export function rowDigest({ clientMessageId, peerId, content }: QueuedParts): string {
  const hash = createHash('sha256').update(`${clientMessageId}\n${peerId}\n${content}`);
  return hash.digest('base64url').slice(0, DIGEST_CHARACTERS);
}
