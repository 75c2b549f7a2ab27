import { z } from '../../shared/schema.ts';
import type { Clock } from '../operations/clock.ts';
import { createAccessTokens } from './access-tokens.ts';
import { toFcmMessage, type Notification } from './fcm-message.ts';
import { AttemptFailure, post, type PostAnswer } from './post.ts';
import type { PushSettings } from './push-settings.ts';

/** What became of a notification. `code` is a word for the log. */
export type Outcome =
  | { readonly kind: 'accepted' }
  /** FCM does not know the device any more. */
  | { readonly kind: 'unregistered' }
  /** FCM will never take this notification. */
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'retry'; readonly code: string; readonly retryAfterMs: number | null };

/** Firebase Cloud Messaging, HTTP v1. */
export interface Fcm {
  /** Hands a notification over; never throws. */
  send(notification: Notification, signal: AbortSignal): Promise<Outcome>;
}

/** A code goes to the log; whatever is not written as one does not. */
const codeSchema = z.string().regex(/^[A-Z_]{1,40}$/);

const errorSchema = z.object({
  error: z.object({
    status: codeSchema.catch(''),
    message: z.string().catch(''),
    details: z
      .array(
        z.object({
          errorCode: codeSchema.optional().catch(undefined),
          fieldViolations: z.array(z.object({ field: z.string().catch('') })).catch([]),
        }),
      )
      .catch([]),
  }),
});

/** Statuses besides 5xx that say nothing about the notification itself. */
const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([401, 403, 404, 408]);
/** How long FCM asks to wait when a quota is used up and it gives no time itself. */
const QUOTA_WAIT_MS = 60_000;

/** Whether FCM says that the token can be no device's. A body that is too large has the same status. */
function isTokenRefusal({ message, details }: z.infer<typeof errorSchema>['error']): boolean {
  const fields = details.flatMap(({ fieldViolations }) => fieldViolations.map(({ field }) => field));
  if (fields.length > 0) return fields.every((field) => field === 'message.token');
  return /registration token/i.test(message);
}

/** What an answer of FCM means. */
function readOutcome({ status, body, retryAfterMs }: PostAnswer): Outcome {
  if (status === 200) return { kind: 'accepted' };
  const error = errorSchema.safeParse(body).data?.error;
  const errorCode = error?.details.find((detail) => detail.errorCode !== undefined)?.errorCode;
  const code = `${status} ${errorCode ?? error?.status ?? ''}`.trim();
  if (errorCode === 'UNREGISTERED') return { kind: 'unregistered' };
  if (error && status === 400 && isTokenRefusal(error)) return { kind: 'unregistered' };
  // Registered with another Firebase project: the app was built for that one. The device is kept, because
  // it may be this server's credentials that are the wrong ones.
  if (errorCode === 'SENDER_ID_MISMATCH') return { kind: 'refused', code };
  if (status === 429) return { kind: 'retry', code, retryAfterMs: retryAfterMs ?? QUOTA_WAIT_MS };
  if (status >= 500 || TRANSIENT_STATUSES.has(status)) return { kind: 'retry', code, retryAfterMs };
  return { kind: 'refused', code };
}

/** Whether it is our access token that was refused, and not Apple's or a browser's credentials at FCM. */
function isAccessTokenRefusal({ status }: PostAnswer, outcome: Outcome): boolean {
  return status === 401 && outcome.kind === 'retry' && !outcome.code.includes('THIRD_PARTY_AUTH_ERROR');
}

/** FCM under these settings. */
export function createFcm(settings: PushSettings, clock: Clock): Fcm {
  const { account, endpoint, timeoutMs } = settings;
  const tokens = createAccessTokens(settings, clock);
  const url = `${endpoint}/v1/projects/${account.projectId}/messages:send`;

  async function attempt(body: string, signal: AbortSignal, isSecond: boolean): Promise<Outcome> {
    const token = await tokens.get(signal);
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await post(url, { headers, body }, { timeoutMs, signal });
    const outcome = readOutcome(answer);
    if (!isAccessTokenRefusal(answer, outcome)) return outcome;
    tokens.reject(token);
    return isSecond ? outcome : attempt(body, signal, true);
  }

  return {
    async send(notification, signal) {
      try {
        return await attempt(JSON.stringify(toFcmMessage(notification, clock())), signal, false);
      } catch (error) {
        if (!(error instanceof AttemptFailure)) throw error;
        return { kind: 'retry', code: error.code, retryAfterMs: error.retryAfterMs };
      }
    },
  };
}
