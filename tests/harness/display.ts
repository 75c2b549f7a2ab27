/**
 * A screen of its own for each app under test. Two apps on one screen would take the focus from each
 * other, and read marks depend on focus.
 */
import { openDisplay as openVirtualDisplay } from '../../scripts/lib/display.mjs';

/** A virtual X screen, or the system's own where there is no X. */
export interface Display {
  /** Environment for the processes that shall draw on it. */
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts a virtual screen; on macOS and Windows the real one is used. */
export function openDisplay(): Promise<Display> {
  return process.platform === 'linux'
    ? openVirtualDisplay({ size: '1400x1000' })
    : Promise.resolve({ env: {}, close: () => Promise.resolve() });
}
