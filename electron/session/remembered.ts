import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { clientErrorCodeSchema } from '../../shared/errors.ts';
import { z } from '../../shared/schema.ts';
import { idSchema, userSchema, uuidSchema } from '../../shared/wire/entities.ts';
import { replaceFile } from '../storage/replace-file.ts';

const rememberedSchema = z.object({
  server: z.string(),
  email: z.string(),
  /** The account that was signed in last; null before the first sign-in. */
  account: z.object({ serverId: uuidSchema, userId: idSchema }).nullable(),
  /** The session to go on with; null when nobody is signed in or the system has no keyring. */
  session: z
    .object({
      user: userSchema,
      /** The refresh token, sealed by the keyring, in base64. */
      sealedRefreshToken: z.string(),
    })
    .nullable(),
  /** Why the last session ended, when it did not end by signing out; older versions kept a sentence. */
  ended: z.object({ code: clientErrorCodeSchema.catch('session_ended'), at: z.string() }).nullable(),
});

/** What the app remembers about the last account, between starts; never a token in clear. */
export type Remembered = z.infer<typeof rememberedSchema>;

/** The file `session.json`. */
export interface RememberedFile {
  /** Null when there is none or it cannot be read. */
  load(): Remembered | null;
  /** Durable and all or nothing. Throws what the file system throws. */
  save(remembered: Remembered): void;
  remove(): void;
}

/** The remembered account in `dataDir`. */
export function createRememberedFile(dataDir: string): RememberedFile {
  const path = join(dataDir, 'session.json');
  return {
    load: () => {
      try {
        return rememberedSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
      } catch {
        return null;
      }
    },
    save: (remembered) => replaceFile(path, JSON.stringify(remembered)),
    remove: () => rmSync(path, { force: true }),
  };
}
