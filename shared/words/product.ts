/** The app's name, the same in every language. */
export const PRODUCT_NAME = 'Trainer Inbox';
