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

/** The answers of a route: its own, and the error shape for the refusals that it knows. */
export function answers<T extends Record<number, z.ZodType>>(own: T, ...refusals: number[]): T {
  const errors = Object.fromEntries(refusals.map((status) => [status, errorBodySchema]));
  return { ...errors, ...own };
}
