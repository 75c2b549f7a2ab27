/** What the person can do, as calls to the main process. Nothing here edits what is shown. */
import { v7 as uuidV7 } from 'uuid';
import type { ClientError } from '../../shared/errors.ts';
import type { Result } from '../../shared/result.ts';
import { checkContent, CONTENT_ERROR_CODES } from '../../shared/text.ts';
import { call } from '../bridge.ts';
import { useUi } from '../ui-state.ts';

/** What became of a text that was to be sent. */
export type SendOutcome =
  | { readonly kind: 'queued' }
  /** Nothing to send, or the text before it is still being stored. */
  | { readonly kind: 'ignored' }
  /** Not accepted; the text stays. */
  | { readonly kind: 'refused'; readonly error: ClientError };

/**
 * Hands a composer's text to the outbox. The text leaves the composer once the message is on disk;
 * while that is pending further calls for the same person do nothing.
 */
export async function sendDraft(peerId: number): Promise<SendOutcome> {
  const ui = useUi.getState();
  const text = ui.drafts[peerId] ?? '';
  if (ui.handed[peerId] !== undefined) return { kind: 'ignored' };
  const checked = checkContent(text);
  if (!checked.ok) {
    return checked.error === 'blank'
      ? { kind: 'ignored' }
      : { kind: 'refused', error: { code: CONTENT_ERROR_CODES[checked.error] } };
  }
  const before = ui.returned[peerId];
  const clientMessageId = before?.text === text ? before.clientMessageId : uuidV7();
  ui.handOver(peerId, { clientMessageId, text });
  const result = await call('outbox.enqueue', { clientMessageId, peerId, content: checked.value });
  if (result.ok) {
    ui.releaseHanded(peerId, clientMessageId);
    return { kind: 'queued' };
  }
  ui.returnHanded(peerId);
  return { kind: 'refused', error: result.error };
}

/** Sends an unsent message again now. */
export function retryMessage(clientMessageId: string): void {
  void call('outbox.retry', { clientMessageId });
}

/** Removes an unsent message for good. */
export function discardMessage(clientMessageId: string): void {
  void call('outbox.discard', { clientMessageId });
}

/** Looks for a new version of the app now. */
export function checkForUpdate(): void {
  void call('updates.check', {});
}

/** Restarts into the new version that is ready. */
export function installUpdate(): void {
  void call('updates.install', {});
}

/** Ends the app and starts it again. */
export function restartApp(): void {
  void call('app.restart', {});
}

/** Puts a message's text on the clipboard. */
export function copyText(text: string): void {
  void call('clipboard.write', { text });
}

/** Why a call did not work, or null. */
async function problemOf(answer: Promise<Result<unknown, ClientError>>): Promise<ClientError | null> {
  const result = await answer;
  return result.ok ? null : result.error;
}

/** Ends the relation with a trainee; why that failed, or null. */
export function removeTrainee(traineeId: number): Promise<ClientError | null> {
  return problemOf(call('trainees.remove', { traineeId }));
}

/** Sets another password; why that failed, or null. */
export function changePassword(current: string, next: string): Promise<ClientError | null> {
  return problemOf(call('session.changePassword', { current, next }));
}

/** Shows an admin what this trainer sees; why that failed, or null. */
export function viewAs(userId: number): Promise<ClientError | null> {
  return problemOf(call('session.viewAs', { userId }));
}

/** Leads an admin back to the list of trainers. */
export function stopViewing(): void {
  void call('session.stopViewing', {});
}

/** Opens a link of a message in the browser; why that failed, or null. */
export function openLink(link: string): Promise<ClientError | null> {
  return problemOf(call('link.open', { link }));
}

/** Says that everything up to `upToSeq` has been seen. */
export function markRead(peerId: number, upToSeq: number): void {
  void call('read.mark', { peerId, upToSeq });
}

/** Tells the other person that we type, or stopped. */
export function setTyping(peerId: number, isTyping: boolean): void {
  void call('typing.set', { peerId, isTyping });
}

/** Says which thread the person is looking at; null for none. */
export function setFocusedThread(peerId: number | null): void {
  void call('focus.set', { peerId });
}

/** Connects and sends now instead of at the next planned attempt. */
export function retryConnection(): void {
  void call('connection.retry', {});
}
