import { PRODUCT_NAME } from '../../shared/words/product.ts';

/** Title with the unread count in front: "(3) Trainer Inbox". */
export function windowTitle(unreadCount: number): string {
  return unreadCount > 0 ? `(${unreadCount}) ${PRODUCT_NAME}` : PRODUCT_NAME;
}
