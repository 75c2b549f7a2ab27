/** The keys of notifications, by which a click finds its conversation. */

/** Key of the notification for many conversations. */
export const SUMMARY_KEY = 'summary';

/** Key of the notification for one conversation. */
export function conversationKey(peerId: number): string {
  return `peer:${peerId}`;
}

/** The person that a notification is about, or null for the summary. */
export function peerOfKey(key: string): number | null {
  return key.startsWith('peer:') ? Number(key.slice('peer:'.length)) : null;
}

/** The key of a conversation within a system's own words about a notification, escaped or not; null without any. */
export function keyWithin(words: string): string | null {
  const peerId = /\bpeer(?::|%3A)(\d{1,15})\b/i.exec(words)?.[1];
  return peerId === undefined ? null : conversationKey(Number(peerId));
}
