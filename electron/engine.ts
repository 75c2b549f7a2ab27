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
  cachePath,
  makePrivateFolder,
  markAsDemo,
  quarantine,
  removeAccount,
  removeDemoAccounts,
} from './storage/account-files.ts';
import { type Account, openAccount } from './sync/account.ts';
import { type ApiResult, createApi, login, refresh } from './sync/api.ts';
import { createAccountCalls } from './sync/calls.ts';

/** The account that is open, with what has to be ended with it. */
interface Current {
  readonly view: SessionView;
  readonly key: AccountKey;
  readonly folder: string;
  readonly tokens: SessionTokens;
  account: Account;
  /** Opens the account's databases again, with the same session. */
  readonly reopen: () => Result<Account, ClientError>;
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
  /** Why the remembered account could not be opened. */
  let openingProblem: ClientError | null = null;

  function remember(next: Remembered): void {
    remembered = next;
    try {
      file.save(next);
    } catch (thrown) {
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
    const reopen = (): Result<Account, ClientError> =>
      openAccount({
        ...parts,
        folder,
        origin,
        serverId: key.serverId,
        self: user,
        tokens,
        tell: parts.publish,
        onForeignServer: endSession,
        onCorruptCache: () => {
          const damaged = current?.account;
          clock.after(0, () => rebuildCache(damaged));
        },
      });
    const account = reopen();
    if (!account.ok) {
      tokens.stop();
      return account;
    }
    if (isDemo) markAsDemo(folder);
    const view: SessionView = { user, server: origin, isDemo, isRemembered: isDemo || vault.isAvailable };
    current = { view, key, folder, tokens, account: account.value, reopen };
    openingProblem = null;
    return ok(current);
  }

  /** Puts a cache that turned out to be damaged aside and lets the server fill a fresh one. */
  function rebuildCache(damaged: Account | undefined): void {
    // Several failures of one cache ask for this; only the first finds it still in use.
    if (!current || current.account !== damaged) return;
    current.account.stop();
    quarantine(cachePath(current.folder), clock.now());
    const account = current.reopen();
    if (!account.ok) {
      endSession(account.error);
      return;
    }
    current.account = account.value;
    account.value.start();
    parts.publish([{ type: 'reset' }]);
  }

  /** Stops the account and deletes what the person did not ask to keep. */
  function close(keep: 'all' | 'outbox' | 'nothing'): void {
    if (!current) return;
    const { account, folder, view } = current;
    const unsent = account.unsentCount();
    account.stop();
    current = null;
    if (!view.isDemo) keptUnsent = keep === 'nothing' ? 0 : unsent;
    if (keep !== 'all') removeAccount(folder, keep === 'outbox' && unsent > 0 ? 'outbox' : 'nothing');
  }

  /** The session is over without the person's doing: unsent messages stay, and the reason is told. */
  function endSession(error: ClientError): void {
    if (!current) return;
    log('session.ended', { code: error.code });
    current.tokens.stop();
    const { isDemo } = current.view;
    close('outbox');
    const ended = { reason: error.message, at: new Date(clock.now()).toISOString() };
    if (!isDemo) remember({ ...remembered, session: null, ended });
    tellSession([{ type: 'unread.changed', unreadCount: 0 }]);
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
      makePrivateFolder(dataDir);
      remembered = file.load() ?? NOTHING_REMEMBERED;
      const { server: origin, account: key, session } = remembered;
      const mayUse = session !== null && vault.isAvailable && mayOpen(origin);
      const refreshToken = mayUse ? vault.open(Buffer.from(session.sealedRefreshToken, 'base64')) : null;
      if (!key || !session || refreshToken === null) {
        keptUnsent = key ? countUnsent(accountFolder(dataDir, key), parts) : 0;
        return;
      }
      const { user } = session;
      const opened = open({ key, origin, user, isDemo: false, accessToken: null, refreshToken });
      if (opened.ok) opened.value.account.start();
      else openingProblem = opened.error;
    },
    signIn: signInAs,
    signOut: ({ discardUnsent }) => signOut(discardUnsent ? 'nothing' : 'outbox'),
    forgetDemo: async () => {
      const wasOpen = current?.view.isDemo === true;
      if (wasOpen) {
        current?.tokens.stop();
        close('nothing');
      }
      removeDemoAccounts(dataDir);
      if (wasOpen) tellSession([{ type: 'unread.changed', unreadCount: 0 }]);
    },
    onWindowFocus: () => void current?.account.catchUp(),
    onResume: () => current?.account.onResume(),
    stop: () => {
      current?.tokens.stop();
      close('all');
    },
  };
}

/** The error for a person, without what only the network layer needs. */
function flat<T>(result: ApiResult<T>): Result<T, ClientError> {
  return result.ok ? result : fail(result.error.error);
}
