/** The engine: who is signed in, and what the window may ask and is told. The only place that publishes. */
import type { ClientError } from '../shared/errors.ts';
import { PASSWORD_MIN_LENGTH } from '../shared/limits.ts';
import { fail, ok, type Result } from '../shared/result.ts';
import type { Change, ConnectionView, SessionView, SignInView } from '../shared/views.ts';
import type { Engine, EngineParts } from './engine-api.ts';
import { countUnsent } from './outbox/unsent.ts';
import { createMemory, type RememberedSession } from './session/memory.ts';
import { signIn, type SignedIn } from './session/sign-in.ts';
import { createSessionTokens, type SessionTokens } from './session/tokens.ts';
import { createViewingTokens } from './session/viewing.ts';
import {
  accountFolder,
  makePrivateFolder,
  markAsDemo,
  removeAccount,
  removeDemoAccounts,
  removeViewedAccounts,
  viewedAccountFolder,
} from './storage/account-files.ts';
import { errorCode } from './storage/errors.ts';
import { identifyServer } from './sync/api.ts';
import type { Account } from './sync/account.ts';
import { createAccountCalls } from './sync/calls.ts';
import { flat } from './sync/exchange.ts';
import { keepAccount, type KeptAccount, REOPEN_MS } from './sync/kept-account.ts';
import { repairNotice } from './sync/repair-notice.ts';
import { createSessionApi, login, refresh, type SessionApi } from './sync/session-api.ts';

/** Who is signed in. */
interface Session {
  readonly view: SessionView;
  readonly tokens: SessionTokens;
  readonly api: SessionApi;
}

/** The account that is open: the own one of whoever is signed in, or the one that an admin looks at. */
interface Current {
  readonly view: SessionView;
  readonly folder: string;
  readonly tokens: SessionTokens;
  readonly kept: KeptAccount;
}

/** What a session starts from: a sign-in, or what was remembered of one. */
interface Opening extends RememberedSession {
  readonly isDemo: boolean;
  readonly accessToken: string | null;
}

const NO_CONNECTION: ConnectionView = {
  phase: 'connecting',
  lastUpdatedAt: null,
  waitingCount: 0,
  sendPausedUntil: null,
  isFilled: false,
  serverTimeOffsetMs: 0,
};
/** An admin's own screens ask when they are opened: there is nothing to keep up. */
const NOTHING_TO_CONNECT: ConnectionView = { ...NO_CONNECTION, phase: 'live' };
/** How long signing out waits for the server to hear of it. */
const LOGOUT_WAIT_MS = 2_000;
/** How long signing in waits for the inbox: one that takes longer fills up before the person's eyes. */
const FIRST_FILL_WAIT_MS = 1_000;
const NOT_SIGNED_IN: ClientError = { code: 'not_signed_in' };
const FORBIDDEN: ClientError = { code: 'forbidden' };
const READ_ONLY: ClientError = { code: 'impersonation_read_only' };

/** Creates the engine; nothing is read or sent before `start` or `signIn`. */
export function createEngine(parts: EngineParts): Engine {
  const { clock, log, vault, dataDir } = parts;
  const memory = createMemory(parts);
  let session: Session | null = null;
  let current: Current | null = null;
  /** Unsent messages of the account that was signed in last, as long as nobody is. */
  let keptUnsent = 0;
  let isStopped = false;
  /** Why the remembered account could not be opened. */
  let openingProblem: ClientError | null = null;

  function signInView(): SignInView {
    const { server, email, ended } = memory.known;
    return { server, email, ended, unsentCount: keptUnsent };
  }

  function tellSession(more: readonly Change[] = []): void {
    parts.publish([{ type: 'session.changed', session: sessionView(), signIn: signInView() }, ...more]);
  }

  /** Not one that an admin looks at. */
  function ownAccount(): Account | null {
    return current?.view.impersonator === null ? current.kept.account : null;
  }

  function sessionView(): SessionView | null {
    return current?.view ?? session?.view ?? null;
  }

  /** The demo's accounts are never remembered: its server has another address at each start. */
  function rememberSession(opening: Opening, refreshToken: string): void {
    if (!opening.isDemo) memory.keepSession({ ...opening, refreshToken });
  }

  /** Begins a session, with the person's own account open if they have one. */
  function open(opening: Opening): Result<Session, ClientError> {
    const { key, origin, user, isDemo } = opening;
    // Signing out may still renew these tokens to tell the server; that touches nothing any more.
    const isOpen = (): boolean => session?.tokens === tokens;
    const tokens: SessionTokens = createSessionTokens({
      accessToken: opening.accessToken,
      refreshToken: opening.refreshToken,
      clock,
      refresh: async (token) => flat(await refresh({ ...parts, origin }, token)),
      save: (token) => {
        if (isOpen()) rememberSession(opening, token);
      },
      onRenewed: (token) => {
        if (current?.tokens === tokens) current.kept.account.onTokenRenewed(token);
      },
      onEnded: (error) => {
        if (isOpen()) endSession(error);
      },
    });
    const isRemembered = isDemo || vault.isAvailable;
    const view: SessionView = { user, server: origin, isDemo, isRemembered, impersonator: null };
    if (key) {
      const folder = accountFolder(dataDir, key);
      const opened = openAccount({ view, folder, tokens }, key.serverId);
      if (!opened.ok) {
        tokens.stop();
        return opened;
      }
      if (isDemo) tidily(() => markAsDemo(folder));
    } else {
      keptUnsent = 0;
    }
    session = { view, tokens, api: createSessionApi({ ...parts, origin }, tokens) };
    openingProblem = null;
    return ok(session);
  }

  function openAccount(how: Omit<Current, 'kept'>, serverId: string): Result<Current, ClientError> {
    const { view, folder, tokens } = how;
    const isReadOnly = view.impersonator !== null;
    const { notify, ...quiet } = parts;
    const kept = keepAccount({
      // What comes in for somebody else is no news for the one who looks at it.
      ...(isReadOnly || notify === undefined ? quiet : parts),
      folder,
      origin: view.server,
      serverId,
      self: view.user,
      isReadOnly,
      tokens,
      tell: parts.publish,
      onForeignServer: endSession,
      onStorageRecovered: () => memory.saveAgain(),
    });
    if (!kept.ok) return kept;
    current = { ...how, kept: kept.value };
    return ok(current);
  }

  /** For work on files that the person has no use for any more, and that may fail. */
  function tidily(work: () => void): void {
    try {
      work();
    } catch (thrown) {
      log('storage.not_tidied', { code: errorCode(thrown) });
    }
  }

  /** Ends the session on this computer and deletes what the person did not ask to keep. */
  function close(keep: 'all' | 'outbox' | 'nothing'): void {
    stopViewing();
    session?.tokens.stop();
    session = null;
    if (!current) return;
    const { kept: held, folder, view } = current;
    const unsent = held.account.unsentCount();
    held.stop();
    current = null;
    if (!view.isDemo) keptUnsent = keep === 'nothing' ? 0 : unsent;
    const kept = keep === 'outbox' && unsent > 0 ? 'outbox' : 'nothing';
    if (keep !== 'all') tidily(() => removeAccount(folder, kept));
  }

  /** Ends an admin's look at a trainer's inbox; nothing of it stays on this computer. */
  function stopViewing(): boolean {
    if (!current || current.view.impersonator === null) return false;
    current.tokens.stop();
    current.kept.stop();
    current = null;
    tidily(() => removeViewedAccounts(dataDir));
    return true;
  }

  function tellViewingStopped(): void {
    if (stopViewing()) tellSession([{ type: 'unread.changed', unreadCount: 0 }]);
  }

  async function viewAs(userId: number): Promise<Result<SessionView, ClientError>> {
    const admin = session;
    if (!admin) return fail(NOT_SIGNED_IN);
    if (admin.view.user.role !== 'admin') return fail(FORBIDDEN);
    const origin = admin.view.server;
    const grant = async () => flat(await admin.api.impersonate(userId));
    const granted = await grant();
    if (!granted.ok) return granted;
    const { accessToken, user } = granted.value;
    const serverId = flat(await identifyServer({ ...parts, origin }, accessToken));
    if (!serverId.ok) return serverId;
    if (session !== admin) return fail(NOT_SIGNED_IN);
    stopViewing();
    const tokens: SessionTokens = createViewingTokens(granted.value, {
      clock,
      grant,
      onRenewed: (token) => {
        if (current?.tokens === tokens) current.kept.account.onTokenRenewed(token);
      },
      onEnded: () => {
        if (current?.tokens === tokens) tellViewingStopped();
      },
    });
    const view = { ...admin.view, user, impersonator: admin.view.user };
    const folder = viewedAccountFolder(dataDir, { serverId: serverId.value, userId });
    const opened = openAccount({ view, folder, tokens }, serverId.value);
    if (!opened.ok) {
      tokens.stop();
      tidily(() => removeViewedAccounts(dataDir));
      return opened;
    }
    const { account } = opened.value.kept;
    account.start();
    await atMost(FIRST_FILL_WAIT_MS, account.catchUp());
    if (current === opened.value) tellSession([{ type: 'reset' }]);
    return ok(view);
  }

  /** The session is over without the person's doing: unsent messages stay, and the reason is told. */
  function endSession(error: ClientError): void {
    if (!session) return;
    log('session.ended', { code: error.code });
    const { isDemo } = session.view;
    close('outbox');
    const ended = { code: error.code, at: new Date(clock.now()).toISOString() };
    if (!isDemo) memory.change({ session: null, ended });
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
      current?.kept.account.start();
      return;
    }
    openingProblem = opened.error;
    if (opened.error.code === 'update_required') return;
    clock.after(REOPEN_MS, () => {
      if (isStopped || session) return;
      openRemembered(opening);
      if (sessionView()) tellSession([{ type: 'reset' }]);
    });
  }

  async function signInAs(input: Parameters<Engine['signIn']>[0]): Promise<Result<SessionView, ClientError>> {
    const signedIn = await signIn(
      {
        login: async (origin, body) => flat(await login({ ...parts, origin }, body)),
        identify: async (origin, accessToken) =>
          flat(await identifyServer({ ...parts, origin }, accessToken)),
      },
      input,
    );
    if (!signedIn.ok) return signedIn;
    return enter(signedIn.value, input.isDemo);
  }

  async function enter(signedIn: SignedIn, isDemo: boolean): Promise<Result<SessionView, ClientError>> {
    const { user, serverId, accessToken, refreshToken, origin } = signedIn;
    close('all');
    const key = serverId === null ? null : { serverId, userId: user.id };
    const opening: Opening = { key, origin, user, isDemo, accessToken, refreshToken };
    const opened = open(opening);
    if (!opened.ok) return opened;
    rememberSession(opening, refreshToken);
    const account = current?.kept.account;
    account?.start();
    // Placeholders that are gone in a moment only flicker.
    if (account?.cache.cursor.get() === null) await atMost(FIRST_FILL_WAIT_MS, account.catchUp());
    if (session === opened.value) tellSession([{ type: 'reset' }]);
    return ok(opened.value.view);
  }

  /** Waits for the work, but no longer than this many milliseconds. */
  async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
    await Promise.race([work, new Promise<void>((resolve) => void clock.after(ms, resolve))]);
  }

  async function signOut(keep: 'outbox' | 'nothing'): Promise<void> {
    if (!session) return;
    const { tokens, api, view } = session;
    const loggedOut = api.logout();
    // The server is told with these tokens while everything else is over already.
    session = null;
    close(keep);
    if (!view.isDemo) memory.change({ session: null, ended: null });
    tellSession([{ type: 'unread.changed', unreadCount: 0 }]);
    await atMost(LOGOUT_WAIT_MS, loggedOut);
    tokens.stop();
  }

  return {
    handlers: {
      ...createAccountCalls(() => current?.kept.account ?? null),
      'session.signIn': (input) => signInAs({ ...input, isDemo: false }),
      'session.signOut': async ({ unsent }) => {
        const unsentCount = ownAccount()?.unsentCount() ?? 0;
        if (unsent === 'ask' && unsentCount > 0) return ok({ unsentCount, isSignedOut: false });
        await signOut(unsent === 'discard' ? 'nothing' : 'outbox');
        return ok({ unsentCount, isSignedOut: true });
      },
      'session.changePassword': async ({ current: known, next }) => {
        if (!session) return fail(NOT_SIGNED_IN);
        if (sessionView()?.impersonator) return fail(READ_ONLY);
        // Everybody signs in to the demo with the same password.
        if (session.view.isDemo) return fail(FORBIDDEN);
        if (next.length < PASSWORD_MIN_LENGTH) return fail({ code: 'password_too_short' });
        return flat(await session.api.changePassword({ current: known, next }));
      },
      'session.viewAs': ({ userId }) => viewAs(userId),
      'session.stopViewing': () => {
        tellViewingStopped();
        return ok(null);
      },
      'trainers.list': async () => (session ? flat(await session.api.trainers()) : fail(NOT_SIGNED_IN)),
    },
    view: () => ({
      session: sessionView(),
      signIn: signInView(),
      connection:
        current?.kept.account.reporter.connection() ?? (session ? NOTHING_TO_CONNECT : NO_CONNECTION),
      unreadCount: current?.kept.account.unreadCount() ?? 0,
      storageProblem:
        current?.kept.account.reporter.storageProblem() ?? current?.kept.problem ?? openingProblem,
    }),
    start: (mayOpen = () => true) => {
      tidily(() => makePrivateFolder(dataDir));
      // What an admin looked at when the app ended without a word.
      tidily(() => removeViewedAccounts(dataDir));
      memory.load();
      const { server, account } = memory.known;
      const known = mayOpen(server) ? memory.session() : null;
      if (known) openRemembered({ ...known, isDemo: false, accessToken: null });
      else if (account) lookForUnsent(accountFolder(dataDir, account));
    },
    signIn: signInAs,
    signOut: ({ discardUnsent }) => signOut(discardUnsent ? 'nothing' : 'outbox'),
    forgetDemo: async () => {
      const wasOpen = session?.view.isDemo === true;
      if (wasOpen) close('nothing');
      tidily(() => removeDemoAccounts(dataDir));
      if (wasOpen) tellSession([{ type: 'unread.changed', unreadCount: 0 }]);
    },
    isCatchingUp: () => current?.kept.account.isCatchingUp() ?? false,
    onWindowFocus: () => void current?.kept.account.catchUp(),
    onSuspend: () => current?.kept.account.onSuspend(),
    onResume: () => current?.kept.account.onResume(),
    stop: () => {
      isStopped = true;
      close('all');
    },
  };
}
