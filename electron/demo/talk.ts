import type { Message } from '../../shared/wire/entities.ts';

/** Milliseconds after which an unanswered message of the trainer is history: nobody answers it out of the blue. */
const ANSWER_WITHIN_MS = 45 * 60_000;
/** Milliseconds for which a person who wrote last waits for the trainer before writing again unasked. */
const PATIENCE_MS = 60 * 60_000;

/**
 * The trainer's messages that wait for an answer, oldest first: those after this person's last message,
 * provided that the trainer wrote last, and lately.
 */
export function unanswered(messages: readonly Message[], ownId: number, nowMs: number): readonly Message[] {
  const last = messages.at(-1);
  if (last === undefined || nowMs - Date.parse(last.createdAt) > ANSWER_WITHIN_MS) return [];
  return messages.slice(messages.findLastIndex(({ senderId }) => senderId === ownId) + 1);
}

/** True when this person may write unasked without nagging. */
export function mayOpen(messages: readonly Message[], ownId: number, nowMs: number): boolean {
  const last = messages.at(-1);
  return last === undefined || last.senderId !== ownId || nowMs - Date.parse(last.createdAt) > PATIENCE_MS;
}
