/** The network of a safe start: there is none, so what is kept can be read and what is written waits. */
import type { SocketFactory } from '../engine-api.ts';

/** In the place of `fetch`: every request fails as without a network. */
export const offlineFetch: typeof globalThis.fetch = () =>
  Promise.reject(new TypeError('There is no network in a safe start.'));

/** In the place of a socket: every attempt fails as without a network. */
export const openOfflineSocket: SocketFactory = () => {
  let refused: ((...args: unknown[]) => void) | null = null;
  return {
    connected: false,
    active: false,
    connect: () => queueMicrotask(() => refused?.(new Error('There is no network in a safe start.'))),
    disconnect: () => {},
    on: (event, listener) => {
      if (event === 'connect_error') refused = listener;
    },
    emit: () => {},
    emitWithAck: () => Promise.reject(new Error('There is no network in a safe start.')),
  };
};
