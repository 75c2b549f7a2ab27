import type { ClientError } from '../../shared/errors.ts';
import { type IpcHandlers, type IpcInput, type IpcName, ipcTable } from '../../shared/ipc.ts';
import { fail, type Result } from '../../shared/result.ts';
import type { z } from '../../shared/schema.ts';
import { errorKind } from '../desktop/error-kind.ts';
import type { Log } from '../engine-api.ts';

/** Answers one call by name; never throws and never rejects. */
export type Dispatch = (name: unknown, input: unknown) => Promise<Result<unknown, ClientError>>;

/** The table with each input tied to its name, so that a parsed input fits the handler of the same name. */
const table: { readonly [Name in IpcName]: { readonly input: z.ZodType<IpcInput<Name>> } } = ipcTable;

const UNKNOWN_CALL: ClientError = { code: 'invalid_input' };
const MALFORMED: ClientError = { code: 'invalid_input' };
const UNEXPECTED: ClientError = { code: 'unexpected' };

/**
 * Makes the one entry for calls from the window: looks the name up in the IPC table, checks the input
 * against its schema, runs the handler. Unknown names and malformed inputs are `invalid_input`; a
 * handler that throws is `unexpected`, and only the kind of its error is logged: the message may hold
 * private text.
 */
export function createDispatch(handlers: IpcHandlers, log: Log): Dispatch {
  async function answer<Name extends IpcName>(
    name: Name,
    input: unknown,
  ): Promise<Result<unknown, ClientError>> {
    const parsed = table[name].input.safeParse(input);
    if (!parsed.success) {
      log('ipc.refused', { call: name, reason: 'input' });
      return fail(MALFORMED);
    }
    try {
      return await handlers[name](parsed.data);
    } catch (error) {
      log('ipc.failed', { call: name, error: errorKind(error) });
      return fail(UNEXPECTED);
    }
  }

  return async (name, input) => {
    if (isIpcName(name)) return await answer(name, input);
    log('ipc.refused', { reason: 'name' });
    return fail(UNKNOWN_CALL);
  };
}

function isIpcName(name: unknown): name is IpcName {
  return typeof name === 'string' && Object.hasOwn(ipcTable, name);
}
