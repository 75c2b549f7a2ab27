import { closeSync, fsyncSync, openSync, renameSync, writeFileSync } from 'node:fs';

/**
 * Puts `text` in the place of a file that only this person may read: durable, and all or nothing. Throws what the
 * file system throws.
 * @param path absolute; `<path>.next` is used on the way
 */
export function replaceFile(path: string, text: string): void {
  const next = `${path}.next`;
  const file = openSync(next, 'w', 0o600);
  try {
    // Unlike a single write this one does not end half done, without a word, on a full disk.
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
}
