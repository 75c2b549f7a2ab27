import { z } from '../../shared/schema.ts';
import { wholeNumber } from '../setting-definitions.ts';
import { isConfidentialUrl, readServiceAccount, type ServiceAccount } from './service-account.ts';

/** How push notifications are sent. */
export interface PushSettings {
  readonly account: ServiceAccount;
  /** Origin of FCM, without a slash at its end. */
  readonly endpoint: string;
  /** Milliseconds that FCM, and the server that gives access tokens, may take for one answer. */
  readonly timeoutMs: number;
}

/** The settings of push notifications by their environment variables. */
export const PUSH_SETTINGS = {
  FCM_CREDENTIALS: { schema: z.string().optional(), expected: 'a text' },
  FCM_ENDPOINT: {
    schema: z
      .string()
      .default('https://fcm.googleapis.com')
      .refine(isConfidentialUrl)
      .transform((url) => url.replace(/\/+$/, '')),
    expected: 'an HTTPS address, or one of this machine',
  },
  FCM_TIMEOUT_SECONDS: {
    schema: wholeNumber(60)
      .refine((value) => value > 0)
      .default(10),
    expected: 'a number of seconds from 1 to 60',
  },
} as const;

/**
 * What the given settings come to; null without credentials.
 * @throws SettingsError for credentials that are none
 */
export function toPushSettings(
  credentials: string | undefined,
  endpoint: string,
  timeoutSeconds: number,
): PushSettings | null {
  if (!credentials) return null;
  return { account: readServiceAccount(credentials), endpoint, timeoutMs: timeoutSeconds * 1_000 };
}
