import { PAGE_MAX } from '../../shared/limits.ts';
import { z } from '../../shared/schema.ts';
import { errorBodySchema } from '../../shared/wire/rest.ts';

/** A whole number in a query or path. */
export const numberText = z
  .string()
  .regex(/^\d{1,15}$/)
  .transform(Number);

/** `:id` in a path. */
export const idParams = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .transform(Number),
});

/** `limit` of a page: at least 1; what is larger than `maximum` is clamped. */
export function limitText(standard: number, maximum: number) {
  return numberText
    .refine((limit) => limit > 0)
    .transform((limit) => Math.min(limit, maximum))
    .default(standard);
}

/** Query of a list that is paged by cursor. */
export function pageQuery(standard: number) {
  return z.object({ cursor: z.string().max(1_024).optional(), limit: limitText(standard, PAGE_MAX) });
}

/** An answer without a body. */
export const noContent = z.null().describe('Done');

/** What each refusal means, for the reader of the API's description. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'The input is missing, wrong or cannot be read',
  401: 'The access token, the session or the password is not valid',
  403: 'The role, the impersonation or the archived conversation does not allow this',
  404: 'Unknown, or not visible to this person: the two are not told apart',
  409: 'The client message id already belongs to another message',
  410: 'The position in the feed is no longer known',
  412: 'The numbers are from before a backup was restored; load everything again',
  413: 'The body is larger than 16 KiB',
  415: 'The body is not JSON',
  429: 'Too many; the Retry-After header says when to come back',
  500: 'The server failed; the request id leads to its log',
  503: 'The server cannot reach its database now; the Retry-After header says when to come back',
};

const errorSchemas = new Map(
  Object.entries(REFUSALS).map(([status, description]) => [
    Number(status),
    errorBodySchema.meta({ description }),
  ]),
);

/** The error shape for each of these statuses. */
export function refusals(...statuses: number[]): Record<number, z.ZodType> {
  return Object.fromEntries(statuses.map((status) => [status, errorSchemas.get(status) ?? errorBodySchema]));
}

/** The answers of a route: its own, and the error shape for the refusals that it knows. */
export function answers<T extends Record<number, z.ZodType>>(own: T, ...statuses: number[]): T {
  return { ...refusals(...statuses, 500, 503), ...own };
}
