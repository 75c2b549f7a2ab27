import { ACCOUNT_GUARDS } from './account-guards.ts';
import { LIMIT_GUARDS } from './limit-guards.ts';
import { MESSAGING_GUARDS } from './messaging-guards.ts';
import { FEED_GUARDS } from './feed-guards.ts';
import { SOCKET_GUARDS } from './socket-guards.ts';
import { HTTP_GUARDS } from './http-guards.ts';
import type { Guard } from './guard.ts';

/** The guards of the backend. A new check belongs here, with the tests that miss it. */
export const GUARDS: readonly Guard[] = [
  ...ACCOUNT_GUARDS,
  ...LIMIT_GUARDS,
  ...MESSAGING_GUARDS,
  ...FEED_GUARDS,
  ...SOCKET_GUARDS,
  ...HTTP_GUARDS,
];
