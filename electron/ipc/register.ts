import { ipcMain } from 'electron';
import { IPC_INVOKE_CHANNEL } from '../../shared/channels.ts';
import { fail } from '../../shared/result.ts';
import type { Log } from '../engine-api.ts';
import type { Dispatch } from './dispatch.ts';
import { type Frame, isTrustedSender } from './sender.ts';

/** What {@link registerIpc} needs. */
export interface IpcParts {
  readonly dispatch: Dispatch;
  /** Main frame of the app's window, or null while there is none. */
  readonly windowFrame: () => Frame | null;
  readonly log: Log;
}

/** Opens the one channel for calls; the only place that listens to the window. */
export function registerIpc({ dispatch, windowFrame, log }: IpcParts): void {
  ipcMain.handle(IPC_INVOKE_CHANNEL, async (event, name: unknown, input: unknown) => {
    if (!isTrustedSender(event.senderFrame, windowFrame())) {
      log('ipc.refused', { reason: 'sender' });
      return fail({ code: 'forbidden' } as const);
    }
    return await dispatch(name, input);
  });
}
