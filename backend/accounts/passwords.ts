import { randomUUID } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** Hashes a password with argon2id (19 MiB, two passes: the library's and OWASP's default). */
export function hashPassword(password: string): Promise<string> {
  return hash(password);
}

let decoyHash: Promise<string> | null = null;

/**
 * True when the password belongs to the hash. Without a hash (no such account) it costs the same time,
 * so that the answer's speed does not tell which accounts exist.
 */
export async function verifyPassword(storedHash: string | null, password: string): Promise<boolean> {
  if (storedHash !== null) return verify(storedHash, password);
  decoyHash ??= hashPassword(randomUUID());
  await verify(await decoyHash, password);
  return false;
}
