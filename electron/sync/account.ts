/** Everything that runs for one signed-in account, put together; `stop` takes it apart again. */
import type { ClientError } from '../../shared/errors.ts';
import { ok, type Result } from '../../shared/result.ts';
import type { Change } from '../../shared/views.ts';
import type { User } from '../../shared/wire/entities.ts';
import { createCache, type Cache } from '../cache/cache.ts';
import { type Edits, noEdits } from '../cache/edits.ts';
import type { Clock, EngineParts } from '../engine-api.ts';
import { createOutbox, type Outbox } from '../outbox/outbox.ts';
import { createReadMarks, type ReadMarks } from '../outbox/read-marks.ts';
import { createSender, type Sender } from '../outbox/sender.ts';
import { reconcile } from '../outbox/settle.ts';
import { createViews, type Views } from '../outbox/views.ts';
import { checkRoom } from '../storage/account-files.ts';
import { openAccountStores } from '../storage/account-stores.ts';
import type { DatabaseName } from '../storage/errors.ts';
import { createApi, type Api } from './api.ts';
import type { TokenSource } from './authorised.ts';
import { createFeed } from './catch-up.ts';
import { createConnection } from './connection.ts';
import { createDelivery } from './deliver.ts';
import { createHealth } from './health.ts';
import { createHistory, type History } from './history.ts';
import { createPolling } from './polling.ts';
import { createReadSender, type ReadSender } from './read-sender.ts';
import { createReporter, type Reporter } from './reporter.ts';
import { FOREIGN_SERVER } from './refill.ts';
import { repairNotice } from './repair-notice.ts';
import { createStorageWatch, type StorageWatch } from './storage-watch.ts';
import { createTypingIndicators, createTypingThrottle } from './typing.ts';
import { createWakeWatch } from './wake.ts';

export interface AccountParts extends Pick<
  EngineParts,
  'clock' | 'random' | 'fetch' | 'dropConnections' | 'openSocket' | 'log' | 'notify'
> {
  /** The account's folder; created if needed. */
  readonly folder: string;
  readonly origin: string;
  readonly serverId: string;
  readonly self: User;
  /** An admin looks at the account: nothing leaves it, and nothing of the person's own is kept in it. */
  readonly isReadOnly: boolean;
  readonly tokens: TokenSource;
  /** Told after each commit, in order. */
  readonly tell: (changes: readonly Change[]) => void;
  /** Another server answers at the origin: nothing may be sent any more. */
  readonly onForeignServer: (error: ClientError) => void;
  /** The database that was called damaged in use, if that is why the account is opened again. */
  readonly suspected: DatabaseName | null;
  /** A database was called damaged in use: the account is to be opened again. */
  readonly onDamaged: (database: DatabaseName) => void;
  /** The disk failed and works again. */
  readonly onStorageRecovered: () => void;
}

/** A running account. The parts that the window's calls read and write are open. */
export interface Account {
  /** Nothing may be changed or told in this person's name. */
  readonly isReadOnly: boolean;
  readonly clock: Clock;
  readonly cache: Cache;
  readonly outbox: Outbox;
  readonly marks: ReadMarks;
  readonly views: Views;
  readonly api: Api;
  readonly history: History;
  readonly sender: Sender;
  readonly readSender: ReadSender;
  readonly reporter: Reporter;
  readonly watch: StorageWatch;
  /** Repairs what a crash left, and goes online. */
  start(): void;
  /** Catches up with the server once; the error if that fails. */
  catchUp(): Promise<Result<null, ClientError>>;
  isCatchingUp(): boolean;
  /** Tells what a commit changed, and does what follows from it. */
  publish(edits: Edits): void;
  unreadCount(): number;
  /** Unsent messages; an outbox that cannot be read counts as one, so that it is not thrown away. */
  unsentCount(): number;
  setTyping(peerId: number, isTyping: boolean): void;
  setFocus(peerId: number | null): void;
  /** Connects and sends now instead of at the next planned attempt. */
  retryNow(): void;
  /** Lets the open socket live on with a new access token. */
  onTokenRenewed(token: string): void;
  /** The computer falls asleep. */
  onSuspend(): void;
  /** The computer woke up: drops every connection and catches up. Safe to call twice for one waking. */
  onResume(): void;
  /** Ends all activity and closes the databases. */
  stop(): void;
}

/** Precision of the `Date` header and of `hello`, with some room for the way, in milliseconds. */
const DATE_PRECISION_MS = 3_000;
const HELLO_PRECISION_MS = 250;
/** Whatever the socket says, news is asked for this often, in milliseconds. */
const ROUTINE_MS = 300_000;

/** Opens an account's databases and builds what works on them; nothing moves before `start`. */
export function openAccount(parts: AccountParts): Result<Account, ClientError> {
  const { clock, random, log, self, tokens, isReadOnly } = parts;
  const opened = openAccountStores(parts.folder, parts);
  if (!opened.ok) return opened;
  const stores = opened.value;
  const cache = createCache(stores.cache);
  const outbox = createOutbox(stores.outbox);
  const marks = createReadMarks(stores.outbox);
  const views = createViews({ cache, outbox, marks, self });
  const health = createHealth(clock);
  let isActive = true;
  let focusedPeer: number | null = null;
  let toldFocus: number | null = null;

  const shared = {
    cache,
    outbox,
    marks,
    clock,
    random,
    log,
    selfId: self.id,
    isActive: () => isActive,
    isSameEpoch: () => feed.isSameEpoch(),
    onEdits: (edits: Edits) => publish(edits),
    onStorageFailure: (thrown: unknown) => void watch.failed(thrown),
  };
  const watch = createStorageWatch({
    ...shared,
    tryWriting: () => {
      checkRoom(parts.folder);
      stores.outbox.tryCommit();
      stores.cache.tryCommit();
    },
    onProblem: () => reporter.tellStorage(),
    onRecovered,
    onDamaged: parts.onDamaged,
  });
  const reporter = createReporter({
    ...shared,
    views,
    health,
    pausedUntil: () => sender.pausedUntil(),
    waitingCount: () => readOr(() => outbox.waitingCount(), 0),
    isFilled: () => readOr(() => cache.cursor.get() !== null, true),
    notice: repairNotice(stores.repairs),
    watch,
    tell: parts.tell,
  });
  const api = createApi({
    origin: parts.origin,
    fetch: parts.fetch,
    clock,
    tokens,
    epoch: () => cache.cursor.get()?.epoch ?? null,
    onExchange: guarded(({ head, serverTime }) => {
      health.heard(serverTime, DATE_PRECISION_MS);
      if (head) feed.noteHead(head);
    }),
    onTimeout: () => parts.dropConnections?.(),
  });
  // The next time that news are asked for, this is, too.
  const history = createHistory({ ...shared, api, onPrefillFailed: () => polling.plan() });
  const feed = createFeed({
    ...shared,
    api,
    serverId: parts.serverId,
    isReadOnly,
    onCaughtUp,
    onForeignServer: parts.onForeignServer,
  });
  const connection = createConnection({
    ...shared,
    openSocket: parts.openSocket,
    origin: parts.origin,
    tokens,
    onUp: () => {
      health.socketUp();
      // A new socket is looked at by nobody until it is told.
      toldFocus = null;
      sendFocus();
      reporter.tellConnection();
    },
    onDown: (isSilent) => {
      // Requests went the same dead way, and the next ones would take it again.
      if (isSilent) parts.dropConnections?.();
      health.socketDown();
      typing.clear();
      polling.start();
      reporter.tellConnection();
    },
    on: {
      hello: guarded(({ serverId, epoch, feedSeq, serverTime }) => {
        if (serverId !== parts.serverId) return parts.onForeignServer(FOREIGN_SERVER);
        health.heard(Date.parse(serverTime), HELLO_PRECISION_MS);
        const cursor = cache.cursor.get();
        if (cursor?.epoch === epoch && cursor.feedSeq === feedSeq) onCaughtUp(true);
        else feed.reach({ epoch, feedSeq });
      }),
      feed: guarded((event) => feed.receive(event)),
      head: guarded((head) => feed.noteHead(head)),
      typing: guarded(({ conversationId, userId, isTyping }) => {
        if (cache.conversations.peerOf(conversationId) === userId) typing.set(userId, isTyping);
      }),
    },
  });
  const polling = createPolling({ clock, random, poll });
  const typing = createTypingIndicators(clock, (peerId, isTyping) =>
    parts.tell([{ type: 'typing.changed', peerId, isTyping }]),
  );
  const mayTellTyping = createTypingThrottle(clock);
  const sender = createSender({
    ...shared,
    isOpen: maySend,
    send: createDelivery({ ...shared, api, onFailed }),
    onPause: () => reporter.tellConnection(),
  });
  const wakeWatch = createWakeWatch({ clock, onWake });
  let cancelRoutine = (): void => {};
  const readSender = createReadSender({ ...shared, api, isOpen: maySend });

  function maySend(): boolean {
    return !isReadOnly && health.isOpen();
  }

  /** For what the network sets off: nobody is there to catch what the database throws. */
  function guarded<Payload>(work: (payload: Payload) => void): (payload: Payload) => void {
    return (payload) => {
      if (!isActive) return;
      try {
        work(payload);
      } catch (thrown) {
        watch.failed(thrown);
      }
    };
  }

  function readOr<T>(read: () => T, onFailure: T): T {
    try {
      return read();
    } catch (thrown) {
      watch.failed(thrown);
      return onFailure;
    }
  }

  /** Whatever happens here, the commit that is told of has been made. */
  const publish = guarded((edits: Edits): void => {
    watch.worked();
    reporter.publish(edits);
    if (edits.toNotify.length > 0) parts.notify?.(edits.toNotify);
    if (edits.missesHistory) history.noteMissing();
    for (const { senderId } of edits.messages) typing.set(senderId, false);
    if (focusedPeer !== null && edits.peers.has(focusedPeer)) sendFocus();
  });

  /** The disk works again: does what could not be done, and tells what could not be told. */
  function onRecovered(): void {
    guarded(reconcile)(shared);
    publish({ ...noEdits(), trainees: true, reset: true });
    readSender.wake();
    sender.retryNow();
    void poll();
    parts.onStorageRecovered();
  }

  async function poll(): Promise<boolean> {
    const result = await feed.catchUp();
    if (result.ok) sender.retryNow();
    return result.ok;
  }

  /** A socket that lives may still bring nothing any more: asks for news now and then whatever it says. */
  function planRoutine(): void {
    cancelRoutine = clock.after(ROUTINE_MS, () => {
      planRoutine();
      void feed.catchUp();
    });
  }

  function onWake(): void {
    log('account.woke_up');
    parts.dropConnections?.();
    connection.reset();
    // A catch-up that the sleep cut in two fails now, and says nothing about the network of today.
    void poll().then((isOk) => (isOk || !isActive ? undefined : poll()));
  }

  function onCaughtUp(isOk: boolean): void {
    const wasOpen = health.isOpen();
    health.caughtUp(isOk);
    reporter.tellConnection();
    if (!isOk || !connection.isUp()) polling.start();
    else if (!sender.isRetrying()) polling.stop();
    if (!isOk) return;
    void history.prefill();
    readSender.wake();
    if (wasOpen) {
      // A refilled cache may have brought own messages back to the outbox.
      sender.wake();
      return;
    }
    connection.retryNow();
    sender.retryNow();
  }

  /** A message did not get through. */
  function onFailed(isUnreachable: boolean): void {
    // While the socket lives nothing else would find out that the way for requests has healed.
    polling.plan();
    if (isUnreachable) void feed.catchUp();
  }

  /** Tells the server which thread is looked at, if that changed. */
  function sendFocus(): void {
    if (isReadOnly) return;
    const conversationId = focusedPeer === null ? null : (cache.conversations.idOfPeer(focusedPeer) ?? null);
    if (conversationId === toldFocus) return;
    toldFocus = conversationId;
    connection.request('conversation:focus', { conversationId });
  }

  return ok({
    isReadOnly,
    clock,
    cache,
    outbox,
    marks,
    views,
    api,
    history,
    sender,
    readSender,
    start: () => {
      guarded(reconcile)(shared);
      polling.start();
      connection.start();
      wakeWatch.start();
      planRoutine();
    },
    catchUp: () => feed.catchUp(),
    isCatchingUp: () => feed.isCatchingUp(),
    reporter,
    watch,
    publish,
    unreadCount: () => readOr(() => views.unreadTotal(), 0),
    unsentCount: () => readOr(() => outbox.count(), 1),
    setTyping: (peerId, isTyping) => {
      if (isReadOnly) return;
      const conversationId = cache.conversations.idOfPeer(peerId);
      if (conversationId === undefined || !connection.isUp() || !feed.isSameEpoch()) return;
      if (mayTellTyping(conversationId, isTyping)) connection.emit('typing', { conversationId, isTyping });
    },
    setFocus: (peerId) => {
      focusedPeer = peerId;
      sendFocus();
    },
    retryNow: () => {
      connection.retryNow();
      sender.retryNow();
      void poll();
    },
    onTokenRenewed: (token) => connection.request('auth', { token }),
    onSuspend: () => wakeWatch.noteSleep(),
    onResume: () => wakeWatch.noteWake(),
    stop: () => {
      isActive = false;
      cancelRoutine();
      wakeWatch.stop();
      watch.stop();
      typing.clear();
      polling.stop();
      connection.stop();
      feed.stop();
      sender.stop();
      readSender.stop();
      stores.cache.close();
      stores.outbox.close();
    },
  });
}
