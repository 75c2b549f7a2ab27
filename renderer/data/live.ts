/** Keeps the query cache true: first read, then every published change, in order and without a gap. */
import type { Query, QueryClient, QueryFilters } from '@tanstack/react-query';
import type { AppView, Change, ChangeBatch, ConversationView, OutboxView } from '../../shared/views.ts';
import type { Message } from '../../shared/wire/entities.ts';
import { call, subscribe } from '../bridge.ts';
import { useUi } from '../ui-state.ts';
import { speak } from '../words.ts';
import { editsFor, type CacheEdit } from './apply-change.ts';
import { keys } from './keys.ts';
import { returnTo } from './place.ts';

/**
 * Reads again what matches. A read on its way is called off first: its answer may be older than
 * what made us read again, and a first read would otherwise simply be waited for.
 */
async function readAgain(client: QueryClient, filters: QueryFilters): Promise<void> {
  await client.cancelQueries(filters);
  await client.invalidateQueries(filters);
}

function edit<T>(client: QueryClient, key: readonly (string | number)[], update: (known: T) => T): void {
  client.setQueryData<T>(key, (known) => (known === undefined ? undefined : update(known)));
  // An answer that was read before this change may still be on its way and would undo it: read again.
  if (client.isFetching({ queryKey: key, exact: true }) > 0) {
    void readAgain(client, { queryKey: key, exact: true });
  }
}

function carryOut(client: QueryClient, step: CacheEdit): void {
  switch (step.target) {
    case 'app':
      client.setQueryData<AppView>(keys.app, (view) => (view === undefined ? undefined : step.update(view)));
      return;
    case 'conversations':
      return edit<readonly ConversationView[]>(client, keys.conversations, step.update);
    case 'arrivals':
      return edit<readonly Message[]>(client, keys.arrivals(step.peerId), step.update);
    case 'outbox':
      return edit<readonly OutboxView[]>(client, keys.outbox(step.peerId), step.update);
    case 'reread':
      client.removeQueries({ queryKey: step.key, type: 'inactive' });
      void readAgain(client, { queryKey: step.key });
      return;
    case 'forget':
      client.removeQueries({ queryKey: step.key });
  }
}

function isSameAccount(a: AppView['session'], b: AppView['session']): boolean {
  const isSameView = a?.user.id === b?.user.id && a?.impersonator?.id === b?.impersonator?.id;
  return isSameView && a?.server === b?.server;
}

/** Everything but the app's own state. */
function isData(query: Query): boolean {
  return query.queryKey[0] !== keys.app[0];
}

/** Forgets the account that was shown; what is on screen then reads anew. */
function forgetAccount(client: QueryClient): void {
  useUi.getState().forgetAccount();
  client.removeQueries({ predicate: isData });
}

/** Opens the thread that a notification or a link leads to, ready to be answered. */
function openRequested(peerId: number): void {
  useUi.getState().openThread(peerId);
  // The composer takes the focus when it appears; one that was there already has to be given it.
  document.querySelector<HTMLElement>('main [data-composer]')?.focus();
}

function applyChange(client: QueryClient, change: Change): void {
  const ui = useUi.getState();
  const before = client.getQueryData<AppView>(keys.app);
  for (const step of editsFor(change)) carryOut(client, step);
  switch (change.type) {
    case 'outbox.upserted':
      ui.releaseHanded(change.item.peerId, change.item.clientMessageId);
      return;
    case 'message.upserted':
      ui.releaseHanded(change.peerId, change.message.clientMessageId);
      return;
    case 'typing.changed':
      ui.setTyping(change.peerId, change.isTyping);
      return;
    case 'thread.requested':
      openRequested(change.peerId);
      return;
    case 'tray.introduced':
      ui.setOverlay('tray');
      return;
    case 'session.changed':
      if (!isSameAccount(before?.session ?? null, change.session)) forgetAccount(client);
      return;
    case 'language.changed':
      speak(change.language.shown);
      return;
    case 'conversation.removed':
      if (ui.openPeerId === change.peerId) ui.closeThread();
      return;
    case 'conversation.upserted':
    case 'thread.invalidated':
    case 'outbox.removed':
    case 'trainees.changed':
    case 'connection.changed':
    case 'unread.changed':
    case 'storage.changed':
    case 'desktop.changed':
    case 'updates.changed':
    case 'run.changed':
    case 'reset':
      return;
  }
}

/** The running updates. */
export interface LiveUpdates {
  /** Reads {@link AppView} and everything on screen again. */
  readonly readAgain: () => void;
  readonly stop: () => void;
}

/** Subscribes, reads {@link AppView}, and from then on applies every batch. */
export function startLiveUpdates(client: QueryClient): LiveUpdates {
  /** Number of the batch applied last; null until the first view, or a fresh one after a gap, is here. */
  let applied: number | null = null;
  let isReading = false;
  let early: ChangeBatch[] = [];

  const apply = (batch: ChangeBatch): void => {
    if (applied === null) {
      early.push(batch);
      if (!isReading) void readEverything();
      return;
    }
    if (batch.number <= applied) return;
    if (batch.number > applied + 1 || batch.changes.some((change) => change.type === 'reset')) {
      void readEverything();
      return;
    }
    applied = batch.number;
    for (const change of batch.changes) applyChange(client, change);
  };

  const readEverything = async (): Promise<void> => {
    applied = null;
    if (isReading) return;
    isReading = true;
    const result = await call('app.view', {});
    isReading = false;
    useUi.setState({ startProblem: result.ok ? null : result.error });
    if (!result.ok) return;
    const view = result.value;
    speak(view.language.shown);
    const before = client.getQueryData<AppView>(keys.app);
    if (before !== undefined && !isSameAccount(before.session, view.session)) forgetAccount(client);
    client.setQueryData<AppView>(keys.app, view);
    // The first view of a page that follows one that crashed.
    if (before === undefined && view.place !== null) returnTo(view.place);
    client.removeQueries({ type: 'inactive', predicate: isData });
    void readAgain(client, { predicate: isData });
    applied = view.changeNumber;
    if (view.requestedPeerId !== null) openRequested(view.requestedPeerId);
    const waiting = early;
    early = [];
    for (const batch of waiting) apply(batch);
  };

  const stop = subscribe((batch) => {
    if (batch === null) void readEverything();
    else apply(batch);
  });
  void readEverything();
  return { readAgain: () => void readEverything(), stop };
}
