/** Which conversations each filter shows. Pure. */
import type { ConversationView } from '../../shared/views.ts';
import type { ConversationFilter } from '../../shared/place.ts';

/** The filters in the order of their tabs. */
export const FILTERS: readonly ConversationFilter[] = ['all', 'unread', 'needsReply'];

/** Whether a conversation is shown under a filter. A removed trainee can no longer be answered. */
export function isShown(row: ConversationView, filter: ConversationFilter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'unread':
      return row.unreadCount > 0;
    case 'needsReply':
      return row.preview !== null && !row.preview.fromMe && !row.isArchived;
  }
}
