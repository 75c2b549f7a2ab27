/** Which conversations each filter shows. Pure. */
import type { ConversationView } from '../../shared/views.ts';
import type { ConversationFilter } from '../ui-state.ts';

/** The filters in the order of their tabs. */
export const FILTERS: readonly { readonly filter: ConversationFilter; readonly label: string }[] = [
  { filter: 'all', label: 'All' },
  { filter: 'unread', label: 'Unread' },
  { filter: 'needsReply', label: 'Needs reply' },
];

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

/** What an empty filter says. */
export const EMPTY_FILTER_TEXT: Readonly<Record<'unread' | 'needsReply', string>> = {
  unread: 'Nothing unread',
  needsReply: 'Nobody is waiting for a reply',
};
