import type { User } from '../../shared/wire/entities.ts';
import type { Log, TokenVault } from '../engine-api.ts';
import type { AccountKey } from '../storage/account-files.ts';
import { createRememberedFile, type Remembered } from './remembered.ts';

/** A session that can be gone on with. */
export interface RememberedSession {
  readonly origin: string;
  readonly user: User;
  /** Null for admins, who have no messages of their own. */
  readonly key: AccountKey | null;
  readonly refreshToken: string;
}

/** What is known of the last account, here and at the next start. */
export interface Memory {
  readonly known: Remembered;
  /** Reads what the last start left. */
  load(): void;
  change(some: Partial<Remembered>): void;
  keepSession(session: RememberedSession): void;
  /** The session of the last start, if the keyring still opens it. */
  session(): RememberedSession | null;
  /** Writes what the disk refused before. */
  saveAgain(): void;
}

const NOTHING: Remembered = { server: '', email: '', account: null, session: null, ended: null };

/** Creates the memory in this folder; a disk that refuses it is only logged. */
export function createMemory(parts: {
  readonly dataDir: string;
  readonly vault: TokenVault;
  readonly log: Log;
}): Memory {
  const { vault, log } = parts;
  const file = createRememberedFile(parts.dataDir);
  let known = NOTHING;
  let isUnsaved = false;

  function change(some: Partial<Remembered>): void {
    known = { ...known, ...some };
    try {
      file.save(known);
      isUnsaved = false;
    } catch (thrown) {
      isUnsaved = true;
      log('session.not_remembered', { reason: thrown instanceof Error ? thrown.name : 'unknown' });
    }
  }

  return {
    get known() {
      return known;
    },
    load: () => {
      known = file.load() ?? NOTHING;
    },
    change,
    keepSession: ({ origin, user, key, refreshToken }) => {
      const sealed = vault.isAvailable ? Buffer.from(vault.seal(refreshToken)).toString('base64') : null;
      change({
        server: origin,
        email: user.email,
        account: key && { ...key },
        session: sealed === null ? null : { user, sealedRefreshToken: sealed },
        ended: null,
      });
    },
    session: () => {
      const { server: origin, account: key, session } = known;
      if (!session || !vault.isAvailable || (!key && session.user.role !== 'admin')) return null;
      const refreshToken = vault.open(Buffer.from(session.sealedRefreshToken, 'base64'));
      return refreshToken === null ? null : { origin, user: session.user, key, refreshToken };
    },
    saveAgain: () => {
      if (isUnsaved) change({});
    },
  };
}
