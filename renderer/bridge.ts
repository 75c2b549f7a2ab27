/** The window's only door to the main process. Nothing else touches `window.trainerInbox`. */
import { clientErrorSchema, type ClientError } from '../shared/errors.ts';
import type { IpcInput, IpcName, IpcOutput, IpcResult, TrainerInboxBridge } from '../shared/ipc.ts';
import { fail, ok } from '../shared/result.ts';
import { z } from '../shared/schema.ts';
import type { Change, ChangeBatch } from '../shared/views.ts';

declare global {
  interface Window {
    readonly trainerInbox: TrainerInboxBridge;
  }
}

const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: clientErrorSchema }),
]);

const batchSchema = z.object({
  number: z.int().positive(),
  // The main process is part of the same build and type-checked against `Change`; only the frame is checked.
  changes: z.array(
    z.custom<Change>((change) => typeof change === 'object' && change !== null && 'type' in change),
  ),
});

const BROKEN_ANSWER: ClientError = {
  code: 'unexpected',
};

/** Calls the main process. Never throws: a lost or malformed answer is an `unexpected` error. */
export async function call<Name extends IpcName>(
  name: Name,
  input: IpcInput<Name>,
): Promise<IpcResult<Name>> {
  let answer: unknown;
  try {
    answer = await window.trainerInbox.invoke(name, input);
  } catch {
    return fail(BROKEN_ANSWER);
  }
  const parsed = answerSchema.safeParse(answer);
  if (!parsed.success) return fail(BROKEN_ANSWER);
  if (!parsed.data.ok) return fail(parsed.data.error);
  // Values carry no schema in the table: the handlers are type-checked against it in the same build.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return ok(parsed.data.value as IpcOutput<Name>);
}

/**
 * Listens to published changes.
 * @param listener gets each batch, or null for one that cannot be understood (everything must be read again).
 * @returns the way to stop listening.
 */
export function subscribe(listener: (batch: ChangeBatch | null) => void): () => void {
  return window.trainerInbox.subscribe((batch) => {
    const parsed = batchSchema.safeParse(batch);
    listener(parsed.success ? parsed.data : null);
  });
}
