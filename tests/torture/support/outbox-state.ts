import { createHash } from 'node:crypto';
import type { Outbox } from '../../../electron/outbox/outbox.ts';
import type { ReadMarks } from '../../../electron/outbox/read-marks.ts';

/** A short text that is equal only for outboxes with the same rows in the same order and the same read marks. */
export function digestOf(outbox: Outbox, marks: ReadMarks): string {
  const state = JSON.stringify([outbox.all(), marks.all()]);
  return createHash('sha256').update(state).digest('base64url').slice(0, 22);
}
