/** What the window's close button does. */
export type CloseAction = 'close' | 'hide' | 'minimise' | 'introduce';

/** What it depends on. */
export interface CloseSituation {
  readonly platform: NodeJS.Platform;
  /** The person, or the system, ends the app. */
  readonly isQuitting: boolean;
  readonly isSignedIn: boolean;
  readonly closesToTray: boolean;
  readonly hasTray: boolean;
  /** The person was told that the app stays. */
  readonly knowsTray: boolean;
}

/**
 * Decides. A window is hidden only where something is left to bring it back, and the app stays only while there are
 * messages to be told of.
 */
export function closeAction(situation: CloseSituation): CloseAction {
  if (situation.isQuitting) return 'close';
  // On a Mac an app outlives its window, and the dock brings it back.
  if (situation.platform === 'darwin') return 'hide';
  if (!situation.isSignedIn || !situation.closesToTray) return 'close';
  if (!situation.hasTray) return 'minimise';
  return situation.knowsTray ? 'hide' : 'introduce';
}
