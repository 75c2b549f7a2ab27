import { z } from '../../shared/schema.ts';
import { invalidInput } from './api-error.ts';

/** Writes a paging position as the opaque text that clients hand back. */
export function encodeCursor(position: Readonly<Record<string, number | null>>): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * Reads a paging position.
 * @throws ApiError 400 when it is not one that {@link encodeCursor} wrote for this list
 */
export function decodeCursor<T extends z.ZodType>(cursor: string, schema: T): z.infer<T> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString()));
  } catch {
    throw invalidInput('Missing or wrong: cursor.');
  }
}

/** Cuts a list that was read with one row too many into a page. */
export function cutPage<T>(rows: readonly T[], limit: number): { items: T[]; last: T | null } {
  const items = rows.slice(0, limit);
  return { items, last: rows.length > limit ? (items.at(-1) ?? null) : null };
}

/** Paging by id alone. */
export const idCursorSchema = z.object({ id: z.int().nonnegative() });
