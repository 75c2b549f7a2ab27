/** Title with the unread count in front: "(3) Trainer Inbox". */
export function windowTitle(unreadCount: number): string {
  return unreadCount > 0 ? `(${unreadCount}) Trainer Inbox` : 'Trainer Inbox';
}
