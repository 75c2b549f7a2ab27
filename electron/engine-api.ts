/**
 * What the engine (session, sync, outbox, cache) needs from outside and what it offers. The engine
 * knows no Electron: `main.ts` hands these parts in, tests hand in others.
 */
import type { ClientError } from '../shared/errors.ts';
import type { IpcHandlers } from '../shared/ipc.ts';
import type { Result } from '../shared/result.ts';
import type { AppView, Change, SessionView } from '../shared/views.ts';
import type { Message } from '../shared/wire/entities.ts';

/** Time. All engine timers go through it. */
export interface Clock {
  /** Milliseconds since 1970 by this computer's clock; may jump. */
  now(): number;
  /** Milliseconds that never jump or go back. */
  monotonic(): number;
  /** Runs `task` after `ms`; returns the way to cancel it. */
  after(ms: number, task: () => void): () => void;
}

/** Where the refresh token is kept between starts: the system's keyring, or nowhere. */
export interface TokenVault {
  /** False without a keyring; nothing is then written to disk. */
  readonly isAvailable: boolean;
  /** Encrypts `text` for this person on this computer. Only when available. */
  seal(text: string): Uint8Array;
  /** Null when the keyring cannot open it (any more). */
  open(sealed: Uint8Array): string | null;
}

/** Writes one line to the app's log: an event name and facts without names, texts, e-mails or tokens. */
export type Log = (event: string, facts?: Readonly<Record<string, string | number | boolean | null>>) => void;

/** The part of a Socket.IO client socket that the engine uses. */
export interface SocketLike {
  readonly connected: boolean;
  /** Socket.IO's `socket.active`: it will reconnect by itself. */
  readonly active: boolean;
  connect(): void;
  disconnect(): void;
  on(event: string, listener: (...args: unknown[]) => void): void;
  emit(event: string, ...args: unknown[]): void;
  /** Emits and waits at most `timeoutMs` for the acknowledgement. */
  emitWithAck(timeoutMs: number, event: string, payload: unknown): Promise<unknown>;
}

/** Opens (but does not connect) a socket on namespace `/messaging`; `token` is asked at each attempt. */
export type SocketFactory = (origin: string, token: (give: (token: string) => void) => void) => SocketLike;

export interface EngineParts {
  /** Absolute folder for accounts, databases and the remembered session. */
  readonly dataDir: string;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly fetch: typeof globalThis.fetch;
  /**
   * Closes the connections that `fetch` keeps open, in use or not: nobody answers any more on those of before a
   * sleep. Without it, requests on such a connection wait for their time-out.
   */
  readonly dropConnections?: () => void;
  readonly openSocket: SocketFactory;
  readonly vault: TokenVault;
  readonly log: Log;
  /** Told after each commit, in order. Must not throw. */
  readonly publish: (changes: readonly Change[]) => void;
  /**
   * Told, after `publish`, of the other people's new messages that nobody has read yet; each message once,
   * for as long as the account is kept on this computer. A crash right after the commit can swallow it.
   * Must not throw.
   */
  readonly notify?: (messages: readonly Message[]) => void;
}

/** Calls that the shell answers itself; the engine answers all others. */
export type ShellCall =
  | 'app.view'
  | 'session.exploreDemo'
  | 'demo.reset'
  | 'window.painted'
  | 'language.choose'
  | 'desktop.configure'
  | 'desktop.pause'
  | 'notifications.test'
  | 'window.close'
  | 'updates.check'
  | 'updates.install'
  | 'link.open'
  | 'diagnostics.read'
  | 'diagnostics.save'
  | 'place.keep'
  | 'window.failed'
  | 'app.restart'
  | 'clipboard.write';

export interface Engine {
  readonly handlers: Omit<IpcHandlers, ShellCall>;
  /** Everything of {@link AppView} that the engine owns; cheap, never waits for the network. */
  view(): Omit<
    AppView,
    'changeNumber' | 'version' | 'language' | 'desktop' | 'updates' | 'requestedPeerId' | 'place' | 'run'
  >;
  /**
   * Opens the remembered account, if any, from disk at once; the network follows by itself.
   * @param mayOpen asked with the origin of the account's server; without it every account may be opened
   */
  start(mayOpen?: (origin: string) => boolean): void;
  /** As `session.signIn`; `isDemo` allows the demo's note and its reset. */
  signIn(input: {
    readonly server: string;
    readonly email: string;
    readonly password: string;
    readonly isDemo: boolean;
  }): Promise<Result<SessionView, ClientError>>;
  /** Leaves the account without asking; unsent messages are kept unless `discardUnsent`. */
  signOut(options: { readonly discardUnsent: boolean }): Promise<void>;
  /** Drops and deletes everything kept for the demo's accounts. */
  forgetDemo(): Promise<void>;
  /** Older messages may be on their way: news is not complete before they are here. */
  isCatchingUp(): boolean;
  /** The window came to the front: catch up. */
  onWindowFocus(): void;
  /** The computer falls asleep: what `onResume` says next is another waking than the one before. */
  onSuspend(): void;
  /** The computer woke up: reconnect at once and catch up. The engine notices long sleeps by itself as well. */
  onResume(): void;
  /** Stops timers and the socket, and closes the databases. */
  stop(): void;
}
