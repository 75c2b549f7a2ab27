/**
 * The whole bridge between the sandboxed window and the main process. It passes values through and
 * knows nothing about them: the main process checks every input, the renderer every batch.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { IPC_CHANGES_CHANNEL, IPC_INVOKE_CHANNEL } from '../shared/channels.ts';
import type { TrainerInboxBridge } from '../shared/ipc.ts';

const bridge: TrainerInboxBridge = {
  invoke: (name, input) => ipcRenderer.invoke(IPC_INVOKE_CHANNEL, name, input),
  subscribe: (listener) => {
    const forward = (_event: unknown, batch: unknown): void => listener(batch);
    ipcRenderer.on(IPC_CHANGES_CHANNEL, forward);
    return () => {
      ipcRenderer.off(IPC_CHANGES_CHANNEL, forward);
    };
  },
};

contextBridge.exposeInMainWorld('trainerInbox', bridge);
