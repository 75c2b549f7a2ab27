import { isAppUrl } from '../desktop/assets.ts';

/** The part of a web frame that the sender check looks at. */
export interface Frame {
  readonly frameTreeNodeId: number;
  readonly processId: number;
  readonly url: string;
}

/**
 * True only for the main frame of the app's own window while it shows the app's own page: a child
 * frame, another window or a foreign page gets no answers.
 */
export function isTrustedSender(sender: Frame | null, windowFrame: Frame | null): boolean {
  if (sender === null || windowFrame === null) return false;
  return (
    sender.frameTreeNodeId === windowFrame.frameTreeNodeId &&
    sender.processId === windowFrame.processId &&
    isAppUrl(sender.url)
  );
}
