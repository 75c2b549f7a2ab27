/** What the renderer shows, as the main process tells it. Derived from SQLite after each commit. */
import type { DesktopView } from './desktop.ts';
import type { UpdateView } from './updates.ts';
import type { ClientError, ClientErrorCode } from './errors.ts';
import type { Place } from './place.ts';
import type { Message, User } from './wire/entities.ts';
import type { LanguageView } from './words/languages.ts';

/** Who is signed in, as far as the window needs to know; never a token. */
export interface SessionView {
  /** Whose inbox is shown. */
  readonly user: User;
  /** Origin of the server, e.g. `https://messages.example.com`. */
  readonly server: string;
  /** True for the embedded demo backend. */
  readonly isDemo: boolean;
  /** False when the system has no keyring: the person has to sign in again after a restart. */
  readonly isRemembered: boolean;
  /** The admin who looks at this trainer's inbox, which then can only be read; null for the person themselves. */
  readonly impersonator: User | null;
}

/** What the sign-in screen needs when nobody is signed in. */
export interface SignInView {
  readonly server: string;
  readonly email: string;
  /** Why the last session ended, when it did not end by signing out. */
  readonly ended: { readonly code: ClientErrorCode; readonly at: string } | null;
  /** Unsent messages kept on this computer for the account that signed in last. */
  readonly unsentCount: number;
}

/**
 * Health of the connection. `live`: socket up. `polling`: no socket, but the server answers.
 * `connecting`: first attempt. `offline`: nothing gets through.
 */
export interface ConnectionView {
  readonly phase: 'connecting' | 'live' | 'polling' | 'offline';
  /** ISO time of the last successful exchange with the server, or null. */
  readonly lastUpdatedAt: string | null;
  /** Queued messages not yet acknowledged (refused ones not counted). */
  readonly waitingCount: number;
  /** ISO time by this computer's clock until which the server asked to send nothing (429), or null. */
  readonly sendPausedUntil: string | null;
  /** The inbox was read from the server at least once: without that, an empty one says nothing. */
  readonly isFilled: boolean;
  /** Milliseconds to add to this computer's clock to get the server's. */
  readonly serverTimeOffsetMs: number;
}

/** `sending`: first attempt or offline. `notSent`: an attempt failed, retried by itself. `refused`: for good. */
export type OutboxState = 'sending' | 'notSent' | 'refused';

/** One unacknowledged message; order by `position`. */
export interface OutboxView {
  readonly clientMessageId: string;
  readonly peerId: number;
  readonly content: string;
  readonly position: number;
  /** ISO time by this computer's clock; for display only, never for order. */
  readonly queuedAt: string;
  readonly state: OutboxState;
  /** Why, with `refused` (always) and `notSent` (when known). */
  readonly reason: ClientError | null;
}

/** How far an own message has come; only ever moves down this list. */
export type Delivery = 'sending' | 'notSent' | 'refused' | 'sent' | 'read';

/** One row of the conversation list, keyed by the other person. */
export interface ConversationView {
  readonly peerId: number;
  /** Empty for a person who is not among ours any more, and with whom there is no conversation yet. */
  readonly peerName: string;
  /** Null while the first message is still in the outbox. */
  readonly conversationId: number | null;
  readonly isArchived: boolean;
  readonly lastSeq: number;
  readonly readSeq: number;
  readonly peerReadSeq: number;
  readonly unreadCount: number;
  /** Last message, unsent ones included. */
  readonly preview: {
    /** At most 200 code points, white space collapsed. */
    readonly text: string;
    readonly fromMe: boolean;
    /** ISO time. */
    readonly at: string;
    /** Set on own messages. */
    readonly delivery: Delivery | null;
  } | null;
  /** Rows sort by this text, descending; it holds no client clock. */
  readonly sortKey: string;
}

/** A page of history, ascending `seq`. */
export interface MessagePage {
  readonly items: readonly Message[];
  /** Older messages exist. */
  readonly hasMore: boolean;
  /** Why older messages could not be loaded now, if so; `items` then holds what the cache had. */
  readonly error: ClientError | null;
}

/** One row of the trainees list. */
export interface TraineeView {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly conversationId: number | null;
  /** ISO time of the last message either way, or null. */
  readonly lastContactAt: string | null;
}

/** How this run of the app goes. */
export interface RunView {
  /** Not connected on purpose: the person chose so after starts that failed. */
  readonly isSafeStart: boolean;
  /** Something inside failed that nothing handled. */
  readonly hasFailed: boolean;
}

/** All that the window asks for first. */
export interface AppView {
  /** Number of the newest published change batch; later ones follow without a gap. */
  readonly changeNumber: number;
  readonly version: string;
  readonly language: LanguageView;
  readonly desktop: DesktopView;
  readonly updates: UpdateView;
  /** The thread to open first: a notification or a link asked for it before the window could be told. */
  readonly requestedPeerId: number | null;
  /** Where the person was in the page before this one, or null for a fresh start. */
  readonly place: Place | null;
  readonly run: RunView;
  readonly session: SessionView | null;
  readonly signIn: SignInView;
  readonly connection: ConnectionView;
  /** Unread messages over all conversations. */
  readonly unreadCount: number;
  /** A storage problem that the person must know about, or null. */
  readonly storageProblem: ClientError | null;
}

/** One edit to what the renderer shows; each carries the new state, so applying one twice does no harm. */
export type Change =
  | { readonly type: 'message.upserted'; readonly peerId: number; readonly message: Message }
  | { readonly type: 'conversation.upserted'; readonly conversation: ConversationView }
  | { readonly type: 'conversation.removed'; readonly peerId: number }
  /** History of this thread changed in ways that single edits do not tell: read it again. */
  | { readonly type: 'thread.invalidated'; readonly peerId: number }
  | { readonly type: 'outbox.upserted'; readonly item: OutboxView }
  | { readonly type: 'outbox.removed'; readonly peerId: number; readonly clientMessageId: string }
  | { readonly type: 'trainees.changed' }
  | { readonly type: 'typing.changed'; readonly peerId: number; readonly isTyping: boolean }
  | { readonly type: 'connection.changed'; readonly connection: ConnectionView }
  | { readonly type: 'unread.changed'; readonly unreadCount: number }
  | { readonly type: 'storage.changed'; readonly storageProblem: ClientError | null }
  | { readonly type: 'session.changed'; readonly session: SessionView | null; readonly signIn: SignInView }
  | { readonly type: 'language.changed'; readonly language: LanguageView }
  | { readonly type: 'desktop.changed'; readonly desktop: DesktopView }
  | { readonly type: 'updates.changed'; readonly updates: UpdateView }
  | { readonly type: 'run.changed'; readonly run: RunView }
  /** The window is being closed for the first time: say that the app stays in the tray, and ask. */
  | { readonly type: 'tray.introduced' }
  /** Open this person's thread (tray, notification, deep link). */
  | { readonly type: 'thread.requested'; readonly peerId: number }
  /** Everything may have changed: read it all again. */
  | { readonly type: 'reset' };

/** Changes of one commit, published together under one number (1, 2, 3 …). */
export interface ChangeBatch {
  readonly number: number;
  readonly changes: readonly Change[];
}
