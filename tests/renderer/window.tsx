/** Puts the whole window, or a part of it, on a {@link MemoryInbox}. */
import { QueryClientProvider } from '@tanstack/react-query';
import { cleanup, configure, render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { ReactNode } from 'react';
import { vi } from 'vitest';
import { startLiveUpdates } from '../../renderer/data/live.ts';
import { createQueryClient } from '../../renderer/data/query-client.ts';
import { useUi } from '../../renderer/ui-state.ts';
import type { MemoryInbox } from './memory-inbox.ts';

// Deadlines for a busy machine; what is awaited is always a condition.
configure({ asyncUtilTimeout: 10_000 });
vi.setConfig({ testTimeout: 30_000 });

/** The browser parts that jsdom lacks; nothing in these tests depends on what they would measure. */
function standInForLayout(): void {
  globalThis.ResizeObserver ??= class {
    observe(): void {}
    unobserve(): void {}
    disconnect(): void {}
  };
  Object.defineProperty(Element.prototype, 'checkVisibility', { configurable: true, value: () => true });
  Object.defineProperty(Element.prototype, 'scrollTo', { configurable: true, value: () => {} });
}

let stopLast: (() => void) | null = null;

/** Shows `children` fed by this inbox. */
export function show(inbox: MemoryInbox, children: ReactNode) {
  standInForLayout();
  Object.defineProperty(window, 'trainerInbox', { configurable: true, value: inbox.bridge });
  const client = createQueryClient();
  const live = startLiveUpdates(client);
  stopLast = live.stop;
  const user = userEvent.setup();
  const wrapper = (props: { readonly children: ReactNode }) => (
    <QueryClientProvider client={client}>{props.children}</QueryClientProvider>
  );
  return { user, ...render(children, { wrapper }) };
}

/** Takes the window away and forgets what it remembered. */
export function clear(): void {
  cleanup();
  stopLast?.();
  stopLast = null;
  useUi.getState().forgetAccount();
}
