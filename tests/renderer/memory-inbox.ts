/** An inbox in memory behind the real bridge's types: what the main process would answer, under a test's command. */
import type { DesktopView } from '../../shared/desktop.ts';
import type { ClientError } from '../../shared/errors.ts';
import type { UpdateView } from '../../shared/updates.ts';
import { fail, ok } from '../../shared/result.ts';
import { ipcTable, type IpcHandlers, type IpcName, type TrainerInboxBridge } from '../../shared/ipc.ts';
import type {
  AppView,
  Change,
  ConversationView,
  OutboxView,
  SessionView,
  TraineeView,
} from '../../shared/views.ts';
import type { Message, User } from '../../shared/wire/entities.ts';
import { DESKTOP, UPDATES } from '../harness/desktop-view.ts';
import { shownLanguage, type LanguageView } from '../../shared/words/languages.ts';

export const ME = { id: 1, role: 'trainer', name: 'Jordan Reyes', email: 'trainer@demo.test' } as const;

/** A conversation row with everything read, unless told otherwise. */
export function conversation(
  overrides: Partial<ConversationView> & { readonly peerId: number },
): ConversationView {
  return {
    peerName: `Person ${overrides.peerId}`,
    conversationId: overrides.peerId,
    isArchived: false,
    lastSeq: 0,
    readSeq: 0,
    peerReadSeq: 0,
    unreadCount: 0,
    preview: null,
    sortKey: String(overrides.peerId).padStart(6, '0'),
    ...overrides,
  };
}

/** A stored message; its id for life is derived from person and number, so equal arguments give equal messages. */
export function message(peerId: number, seq: number, overrides: Partial<Message> = {}): Message {
  const hex = (value: number, length: number): string => value.toString(16).padStart(length, '0');
  return {
    id: peerId * 100_000 + seq,
    conversationId: peerId,
    seq,
    senderId: peerId,
    clientMessageId: `00000000-0000-7000-8000-${hex(peerId, 4)}${hex(seq, 8)}`,
    content: `Message ${seq}`,
    createdAt: new Date(Date.UTC(2026, 10, 20, 9, 0, 0) + seq * 60_000).toISOString(),
    ...overrides,
  };
}

type Overrides = { [Name in IpcName]?: IpcHandlers[Name] };

/** The main process as the window sees it. */
export class MemoryInbox {
  session: SessionView | null = {
    user: ME,
    server: 'https://inbox.test',
    isDemo: false,
    isRemembered: true,
    impersonator: null,
  };
  storageProblem: ClientError | null = null;
  language: LanguageView = { choice: 'system', shown: 'en' };
  desktop: DesktopView = DESKTOP;
  updates: UpdateView = UPDATES;
  signIn: AppView['signIn'] = { server: '', email: '', ended: null, unsentCount: 0 };
  connection: AppView['connection'] = {
    phase: 'live',
    lastUpdatedAt: null,
    waitingCount: 0,
    sendPausedUntil: null,
    isFilled: true,
    serverTimeOffsetMs: 0,
  };
  readonly conversations = new Map<number, ConversationView>();
  readonly messages = new Map<number, Message[]>();
  readonly outbox = new Map<number, OutboxView[]>();
  trainees: TraineeView[] = [];
  /** For admins. */
  trainers: User[] = [];
  /** Every call, in order. */
  readonly calls: { readonly name: string; readonly input: unknown }[] = [];
  /** Answers that a test gives instead of the usual ones. */
  overrides: Overrides = {};
  changeNumber = 0;
  readonly #listeners = new Set<(batch: unknown) => void>();

  /** Put into the window as `window.trainerInbox`. */
  readonly bridge: TrainerInboxBridge = {
    invoke: async (name, input) => this.#invoke(name, input),
    subscribe: (listener) => {
      this.#listeners.add(listener);
      return () => this.#listeners.delete(listener);
    },
  };

  /** Publishes changes as one batch under the next number. */
  publish(...changes: readonly Change[]): void {
    this.changeNumber += 1;
    this.deliver({ number: this.changeNumber, changes });
  }

  /** Hands a batch to the window as it is. */
  deliver(batch: unknown): void {
    for (const listener of this.#listeners) listener(batch);
  }

  /** Inputs of all calls of one name. */
  inputsOf(name: IpcName): readonly unknown[] {
    return this.calls.filter((one) => one.name === name).map((one) => one.input);
  }

  unreadCount(): number {
    return [...this.conversations.values()].reduce((sum, row) => sum + row.unreadCount, 0);
  }

  async #invoke(name: string, input: unknown): Promise<unknown> {
    this.calls.push({ name, input });
    const handlers: IpcHandlers = { ...this.#handlers, ...this.overrides };
    if (!(name in ipcTable)) return fail({ code: 'invalid_input' });
    const known = name as IpcName;
    const parsed = ipcTable[known].input.safeParse(input);
    if (!parsed.success) return fail({ code: 'invalid_input' });
    const handler = handlers[known] as (input: unknown) => unknown;
    return handler(parsed.data);
  }

  #changeDesktop(some: Partial<DesktopView>): void {
    this.desktop = { ...this.desktop, ...some };
    this.publish({ type: 'desktop.changed', desktop: this.desktop });
  }

  readonly #handlers: IpcHandlers = {
    'app.view': () =>
      ok({
        changeNumber: this.changeNumber,
        version: '0.1.0',
        language: this.language,
        desktop: this.desktop,
        updates: this.updates,
        requestedPeerId: null,
        place: null,
        run: { isSafeStart: false, hasFailed: false },
        session: this.session,
        signIn: this.signIn,
        connection: this.connection,
        unreadCount: this.unreadCount(),
        storageProblem: this.storageProblem,
      }),
    'session.signIn': () => {
      this.session ??= {
        user: ME,
        server: 'https://inbox.test',
        isDemo: false,
        isRemembered: true,
        impersonator: null,
      };
      this.publish({ type: 'session.changed', session: this.session, signIn: this.signIn });
      return ok(this.session);
    },
    'session.exploreDemo': () => {
      this.session = {
        user: ME,
        server: 'http://127.0.0.1:1',
        isDemo: true,
        isRemembered: true,
        impersonator: null,
      };
      this.publish({ type: 'session.changed', session: this.session, signIn: this.signIn });
      return ok(this.session);
    },
    'session.signOut': ({ unsent }) => {
      const unsentCount = [...this.outbox.values()].flat().length;
      if (unsent === 'ask' && unsentCount > 0) return ok({ unsentCount, isSignedOut: false });
      this.session = null;
      this.publish({ type: 'session.changed', session: null, signIn: this.signIn });
      return ok({ unsentCount, isSignedOut: true });
    },
    'session.changePassword': () => ok(null),
    'session.viewAs': ({ userId }) => {
      const admin = this.session?.user;
      const trainer = this.trainers.find(({ id }) => id === userId);
      if (this.session === null || admin === undefined || trainer === undefined)
        return fail({ code: 'not_found' });
      this.session = { ...this.session, user: trainer, impersonator: admin };
      this.publish({ type: 'session.changed', session: this.session, signIn: this.signIn });
      return ok(this.session);
    },
    'session.stopViewing': () => {
      const admin = this.session?.impersonator;
      if (this.session === null || !admin) return ok(null);
      this.session = { ...this.session, user: admin, impersonator: null };
      this.publish({ type: 'session.changed', session: this.session, signIn: this.signIn });
      return ok(null);
    },
    'trainers.list': () => ok(this.trainers),
    'demo.reset': () => fail({ code: 'unexpected' }),
    'conversations.list': () =>
      ok([...this.conversations.values()].toSorted((a, b) => (a.sortKey < b.sortKey ? 1 : -1))),
    'messages.page': ({ peerId, beforeSeq }) => {
      const older = (this.messages.get(peerId) ?? []).filter((one) => one.seq < (beforeSeq ?? Infinity));
      return ok({ items: older.slice(-20), hasMore: older.length > 20, error: null });
    },
    'outbox.list': ({ peerId }) => ok(this.outbox.get(peerId) ?? []),
    'outbox.enqueue': ({ clientMessageId, peerId, content }) => {
      const rows = this.outbox.get(peerId) ?? [];
      const item: OutboxView = {
        clientMessageId,
        peerId,
        content,
        position: rows.length + 1,
        queuedAt: new Date().toISOString(),
        state: 'sending',
        reason: null,
      };
      this.outbox.set(peerId, [...rows, item]);
      this.publish({ type: 'outbox.upserted', item });
      return ok(item);
    },
    'outbox.retry': () => ok(null),
    'outbox.discard': ({ clientMessageId }) => {
      for (const [peerId, rows] of this.outbox) {
        if (!rows.some((row) => row.clientMessageId === clientMessageId)) continue;
        this.outbox.set(
          peerId,
          rows.filter((row) => row.clientMessageId !== clientMessageId),
        );
        this.publish({ type: 'outbox.removed', peerId, clientMessageId });
      }
      return ok(null);
    },
    'read.mark': () => ok(null),
    'typing.set': () => ok(null),
    'focus.set': () => ok(null),
    'trainees.list': () => ok(this.trainees),
    'trainees.remove': ({ traineeId }) => {
      this.trainees = this.trainees.filter(({ id }) => id !== traineeId);
      this.publish({ type: 'trainees.changed' });
      return ok(null);
    },
    'trainees.detail': ({ traineeId }) => {
      const trainee = this.trainees.find((one) => one.id === traineeId);
      if (trainee === undefined) return fail({ code: 'not_found' });
      return ok({
        ...trainee,
        joinedAt: '2026-01-10T09:00:00.000Z',
        programme: 'Strength, 3 days a week',
        lastWorkoutAt: '2026-11-19T17:30:00.000Z',
        missedWorkoutsThisWeek: 1,
        lastActiveAt: '2026-11-20T07:00:00.000Z',
      });
    },
    'connection.retry': () => ok(null),
    'window.painted': () => ok(null),
    'language.choose': ({ choice }) => {
      this.language = { choice, shown: shownLanguage(choice, ['en-US']) };
      this.publish({ type: 'language.changed', language: this.language });
      return ok(null);
    },
    'desktop.configure': (settings) => {
      this.#changeDesktop({ settings });
      return ok(null);
    },
    'desktop.pause': ({ length }) => {
      this.#changeDesktop({ pausedUntil: length === null ? null : '2026-11-20T12:30:00.000Z' });
      return ok(null);
    },
    'updates.check': () => ok(null),
    'updates.install': () => ok(null),
    'notifications.test': () => ok({ wasShown: true }),
    'window.close': () => ok(null),
    'place.keep': () => ok(null),
    'window.failed': () => ok(null),
    'app.restart': () => ok(null),
    'diagnostics.read': () => ok({ text: 'Trainer Inbox 0.1.0' }),
    'diagnostics.save': () => ok({ isSaved: true }),
    'link.open': () => ok(null),
    'clipboard.write': () => ok(null),
  };
}
