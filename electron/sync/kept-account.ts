import type { ClientError } from '../../shared/errors.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { DatabaseName } from '../storage/errors.ts';
import { type Account, type AccountParts, openAccount } from './account.ts';

/** An account that stays open: when one of its databases turns out to be damaged, it is opened again. */
export interface KeptAccount {
  /** The account as it is open now. */
  readonly account: Account;
  /** Why it could not be opened again, as long as that is so. */
  readonly problem: ClientError | null;
  stop(): void;
}

/** After this long, in milliseconds, an account whose databases could not be opened is tried again. */
export const REOPEN_MS = 5_000;
const LONGEST_REOPEN_MS = 60_000;

/** Opens an account for as long as it is wanted; nothing moves before `account.start`. */
export function keepAccount(
  parts: Omit<AccountParts, 'suspected' | 'onDamaged'>,
): Result<KeptAccount, ClientError> {
  const { clock } = parts;
  let problem: ClientError | null = null;
  let isStopped = false;
  /** How often the databases were opened again because one was called damaged in use. */
  let reopenings = 0;

  function open(suspected: DatabaseName | null): Result<Account, ClientError> {
    return openAccount({
      ...parts,
      suspected,
      onDamaged: (database) => {
        const inUse = account;
        // One that is sound when looked at and damaged in use is not opened again without a pause.
        const wait = reopenings > 0 ? REOPEN_MS : 0;
        clock.after(wait, () => reopen(inUse, database));
      },
    });
  }

  /** Opens the account again, with a fresh database in the place of the suspected one if that is damaged. */
  function reopen(inUse: Account, database: DatabaseName): void {
    if (isStopped || account !== inUse) return;
    account.stop();
    const opened = open(database);
    const attempt = reopenings;
    reopenings += 1;
    if (!opened.ok) {
      problem = opened.error;
      parts.tell([{ type: 'storage.changed', storageProblem: problem }]);
      const wait = Math.min(LONGEST_REOPEN_MS, REOPEN_MS * 2 ** attempt);
      clock.after(wait, () => reopen(inUse, database));
      return;
    }
    problem = null;
    account = opened.value;
    account.start();
    parts.tell([{ type: 'reset' }]);
  }

  const first = open(null);
  if (!first.ok) return first;
  let account = first.value;
  return ok({
    get account() {
      return account;
    },
    get problem() {
      return problem;
    },
    stop: () => {
      isStopped = true;
      account.stop();
    },
  });
}
