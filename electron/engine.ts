/** The engine: who is signed in, and what the window may ask and is told. The only place that publishes. */
import type { ClientError } from '../shared/errors.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Change, ConnectionView, SessionView, SignInView } from '../shared/views.ts';
import type { User } from '../shared/wire/entities.ts';
import type { Engine, EngineParts } from './engine-api.ts';
import { countUnsent } from './outbox/unsent.ts';
import { createRememberedFile, type Remembered } from './session/remembered.ts';
import { signIn, type SignedIn } from './session/sign-in.ts';
import { createSessionTokens, type SessionTokens } from './session/tokens.ts';
import {
  accountFolder,
  type AccountKey,
  makePrivateFolder,
  markAsDemo,
  removeAccount,
  removeDemoAccounts,
} from './storage/account-files.ts';
import { type DatabaseName, errorCode } from './storage/errors.ts';
import { type Account, openAccount } from './sync/account.ts';
import { type ApiResult, createApi, login, refresh } from './sync/api.ts';
import { createAccountCalls } from './sync/calls.ts';
import { repairNotice } from './sync/repair-notice.ts';

/** The account that is open, with what has to be ended with it. */
interface Current {
  readonly view: SessionView;
  readonly key: AccountKey;
  readonly folder: string;
  readonly tokens: SessionTokens;
  account: Account;
  /** Opens the account's databases again, with the same session. */
  readonly reopen: (suspected: DatabaseName) => Result<Account, ClientError>;
  /** How often the databases were opened again because one was called damaged in use. */
  reopenings: number;
}

/** What a session starts from: a sign-in, or what was remembered of one. */
interface Opening {
  readonly key: AccountKey;
  readonly origin: string;
  readonly user: User;
  readonly isDemo: boolean;
  readonly accessToken: string | null;
  readonly refreshToken: string;
}

const NOTHING_REMEMBERED: Remembered = { server: '', email: '', account: null, session: null, ended: null };
const NO_CONNECTION: ConnectionView = {
  phase: 'connecting',
  lastUpdatedAt: null,
  waitingCount: 0,
  sendPausedUntil: null,
  serverTimeOffsetMs: 0,
};
/** After this long, in milliseconds, an account whose databases could not be opened is tried again. */
const REOPEN_MS = 5_000;
const LONGEST_REOPEN_MS = 60_000;
/** How long signing out waits for the server to hear of it. */
const LOGOUT_WAIT_MS = 2_000;

/** Creates the engine; nothing is read or sent before `start` or `signIn`. */
export function createEngine(parts: EngineParts): Engine {
  const { clock, log, vault, dataDir } = parts;
  const file = createRememberedFile(dataDir);
  let remembered = NOTHING_REMEMBERED;
  let current: Current | null = null;
  /** Unsent messages of the account that was signed in last, as long as nobody is. */
  let keptUnsent = 0;
  /** What is remembered is not on disk yet. */
  let isUnsaved = false;
  let isStopped = false;
  /** Why the remembered account could not be opened. */
  let openingProblem: ClientError | null = null;

  function remember(next: Remembered): void {
    remembered = next;
    try {
      file.save(next);
      isUnsaved = false;
    } catch (thrown) {
      isUnsaved = true;
      log('session.not_remembered', { reason: thrown instanceof Error ? thrown.name : 'unknown' });
    }
  }

  function signInView(): SignInView {
    const { server, email, ended } = remembered;
    return { server, email, ended, unsentCount: keptUnsent };
  }

  function tellSession(more: readonly Change[] = []): void {
    parts.publish([
      { type: 'session.changed', session: current?.view ?? null, signIn: signInView() },
      ...more,
    ]);
  }

  /** The demo's accounts are never remembered: its server has another address at each start. */
  function rememberSession({ origin, user, isDemo, key }: Opening, refreshToken: string): void {
    if (isDemo) return;
    const sealed = vault.isAvailable ? Buffer.from(vault.seal(refreshToken)).toString('base64') : null;
    remember({
      server: origin,
      email: user.email,
      account: { ...key },
      session: sealed === null ? null : { user, sealedRefreshToken: sealed },
      ended: null,
    });
  }

  function open(opening: Opening): Result<Current, ClientError> {
    const { key, origin, user, isDemo } = opening;
    const folder = accountFolder(dataDir, key);
    // Signing out may still renew these tokens to tell the server; that touches nothing any more.
    const isOpen = (): boolean => current?.tokens === tokens;
    const tokens: SessionTokens = createSessionTokens({
      accessToken: opening.accessToken,
      refreshToken: opening.refreshToken,
      clock,
      refresh: async (token) => flat(await refresh({ ...parts, origin }, token)),
      save: (token) => {
        if (isOpen()) rememberSession(opening, token);
      },
      onRenewed: (token) => {
        if (isOpen()) current?.account.onTokenRenewed(token);
      },
      onEnded: (error) => {
        if (isOpen()) endSession(error);
      },
    });
    const reopen = (suspected: DatabaseName | null): Result<Account, ClientError> =>
      openAccount({
        ...parts,
        folder,
        origin,
        serverId: key.serverId,
        self: user,
        tokens,
        tell: parts.publish,
        onForeignServer: endSession,
        suspected,
        onDamaged: (database) => {
          const inUse = current?.account;
          // One that is sound when looked at and damaged in use is not opened again without a pause.
          const wait = current && current.reopenings > 0 ? REOPEN_MS : 0;
          clock.after(wait, () => reopenSuspected(inUse, database));
        },
        onStorageRecovered: () => {
          if (isUnsaved) remember(remembered);
        },
      });
    const account = reopen(null);
    if (!account.ok) {
      tokens.stop();
      return account;
    }
    if (isDemo) tidily(() => markAsDemo(folder));
    const view: SessionView = { user, server: origin, isDemo, isRemembered: isDemo || vault.isAvailable };
    current = { view, key, folder, tokens, account: account.value, reopen, reopenings: 0 };
    openingProblem = null;
    return ok(current);
  }

  /** Opens the account again, with a fresh database in the place of the suspected one if that is damaged. */
  function reopenSuspected(inUse: Account | undefined, database: DatabaseName): void {
    if (!current || current.account !== inUse) return;
    current.account.stop();
    const account = current.reopen(database);
    const attempt = current.reopenings;
    current.reopenings += 1;
    if (!account.ok) {
      openingProblem = account.error;
      parts.publish([{ type: 'storage.changed', storageProblem: account.error }]);
      const wait = Math.min(LONGEST_REOPEN_MS, REOPEN_MS * 2 ** attempt);
      clock.after(wait, () => reopenSuspected(inUse, database));
      return;
    }
    openingProblem = null;
    current.account = account.value;
    account.value.start();
    parts.publish([{ type: 'reset' }]);
  }

  /** For work on files that the person has no use for any more, and that may fail. */
  function tidily(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      log('storage.not_tidied', { code: errorCode(thrown) });
    }
  }

  /** Stops the account and deletes what the person did not ask to keep. */
  function close(keep: 'all' | 'outbox' | 'nothing'): void {
    if (!current) return;
    const { account, folder, view } = current;
    const unsent = account.unsentCount();
    account.stop();
    current = null;
    if (!view.isDemo) keptUnsent = keep === 'nothing' ? 0 : unsent;
    const kept = keep === 'outbox' && unsent > 0 ? 'outbox' : 'nothing';
    if (keep !== 'all') tidily(() => removeAccount(folder, kept));
  }

  /** The session is over without the person's doing: unsent messages stay, and the reason is told. */
  function endSession(error: ClientError): void {
    if (!current) return;
    log('session.ended', { code: error.code });
    current.tokens.stop();
    const { isDemo } = current.view;
    close('outbox');
    const ended = { code: error.code, at: new Date(clock.now()).toISOString() };
    if (!isDemo) remember({ ...remembered, session: null, ended });
    tellSession([{ type: 'unread.changed', unreadCount: 0 }]);
  }

  function lookForUnsent(folder: string): void {
    const kept = countUnsent(folder, parts);
    keptUnsent = kept.ok ? kept.value.count : 0;
    openingProblem = kept.ok ? repairNotice({ ...kept.value, isCacheReplaced: false }) : kept.error;
  }

  /** Opens the account of the last start; while the disk keeps it from that, tries again. */
  function openRemembered(opening: Opening): void {
    const opened = open(opening);
    if (opened.ok) {
      opened.value.account.start();
      return;
    }
    openingProblem = opened.error;
    if (opened.error.code === 'update_required') return;
    clock.after(REOPEN_MS, () => {
      if (isStopped || current) return;
      openRemembered(opening);
      if (current) tellSession([{ type: 'reset' }]);
    });
  }

  async function signInAs(input: Parameters<Engine['signIn']>[0]): Promise<Result<SessionView, ClientError>> {
    const signedIn = await signIn(
      {
        login: async (origin, body) => flat(await login({ ...parts, origin }, body)),
        identify: async (origin, accessToken) => {
          const token = async (): Promise<Result<string, ClientError>> => ok(accessToken);
          const api = createApi({ ...parts, origin, tokens: { current: token, renew: token } });
          const answer = flat(await api.snapshot(null, 1));
          return answer.ok ? ok(answer.value.serverId) : answer;
        },
      },
      input,
    );
    if (!signedIn.ok) return signedIn;
    return enter(signedIn.value, input.isDemo);
  }

  async function enter(signedIn: SignedIn, isDemo: boolean): Promise<Result<SessionView, ClientError>> {
    const { user, serverId, accessToken, refreshToken, origin } = signedIn;
    if (current) {
      current.tokens.stop();
      close('all');
    }
    const key = { serverId, userId: user.id };
    const opening: Opening = { key, origin, user, isDemo, accessToken, refreshToken };
    const opened = open(opening);
    if (!opened.ok) return opened;
    const { account, view } = opened.value;
    rememberSession(opening, refreshToken);
    account.start();
    // Nobody should see an empty inbox for the moment that the first filling takes.
    if (account.cache.cursor.get() === null) await account.catchUp();
    if (current === opened.value) tellSession([{ type: 'reset' }]);
    return ok(view);
  }

  async function signOut(keep: 'outbox' | 'nothing'): Promise<void> {
    if (!current) return;
    const { tokens, account, view } = current;
    const loggedOut = account.api.logout();
    close(keep);
    if (!view.isDemo) remember({ ...remembered, session: null, ended: null });
    tellSession([{ type: 'unread.changed', unreadCount: 0 }]);
    await Promise.race([
      loggedOut,
      new Promise<void>((resolve) => void clock.after(LOGOUT_WAIT_MS, resolve)),
    ]);
    tokens.stop();
  }

  return {
    handlers: {
      ...createAccountCalls(() => current?.account ?? null),
      'session.signIn': (input) => signInAs({ ...input, isDemo: false }),
      'session.signOut': async ({ unsent }) => {
        const unsentCount = current?.account.unsentCount() ?? 0;
        if (unsent === 'ask' && unsentCount > 0) return ok({ unsentCount, isSignedOut: false });
        await signOut(unsent === 'discard' ? 'nothing' : 'outbox');
        return ok({ unsentCount, isSignedOut: true });
      },
    },
    view: () => ({
      session: current?.view ?? null,
      signIn: signInView(),
      connection: current?.account.reporter.connection() ?? NO_CONNECTION,
      unreadCount: current?.account.unreadCount() ?? 0,
      storageProblem: current?.account.reporter.storageProblem() ?? openingProblem,
    }),
    start: (mayOpen = () => true) => {
      tidily(() => makePrivateFolder(dataDir));
      remembered = file.load() ?? NOTHING_REMEMBERED;
      const { server: origin, account: key, session } = remembered;
      const mayUse = session !== null && vault.isAvailable && mayOpen(origin);
      const refreshToken = mayUse ? vault.open(Buffer.from(session.sealedRefreshToken, 'base64')) : null;
      if (!key || !session || refreshToken === null) {
        if (key) lookForUnsent(accountFolder(dataDir, key));
        return;
      }
      const { user } = session;
      openRemembered({ key, origin, user, isDemo: false, accessToken: null, refreshToken });
    },
    signIn: signInAs,
    signOut: ({ discardUnsent }) => signOut(discardUnsent ? 'nothing' : 'outbox'),
    forgetDemo: async () => {
      const wasOpen = current?.view.isDemo === true;
      if (wasOpen) {
        current?.tokens.stop();
        close('nothing');
      }
      tidily(() => removeDemoAccounts(dataDir));
      if (wasOpen) tellSession([{ type: 'unread.changed', unreadCount: 0 }]);
    },
    isCatchingUp: () => current?.account.isCatchingUp() ?? false,
    onWindowFocus: () => void current?.account.catchUp(),
    onSuspend: () => current?.account.onSuspend(),
    onResume: () => current?.account.onResume(),
    stop: () => {
      isStopped = true;
      current?.tokens.stop();
      close('all');
    },
  };
}

/** The error for a person, without what only the network layer needs. */
function flat<T>(result: ApiResult<T>): Result<T, ClientError> {
  return result.ok ? result : fail(result.error.error);
}
