/** What the desktop shows of the app beside its window: tray, badge, notifications; and what people do there. */
import { v7 as uuidV7 } from 'uuid';
import type { DesktopSettings, DesktopView, PauseLength } from '../../shared/desktop.ts';
import { checkContent } from '../../shared/text.ts';
import type { Change } from '../../shared/views.ts';
import type { Message } from '../../shared/wire/entities.ts';
import type { Words } from '../../shared/words/words.ts';
import type { Clock, Engine } from '../engine-api.ts';
import type { Badge } from './badge.ts';
import type { InboxWindow } from './inbox-window.ts';
import { peerOfKey } from './notifications/keys.ts';
import type { NotificationEvents, Notifier } from './notifications/notifier.ts';
import { createPresenter } from './notifications/presenter.ts';
import { pauseEnd } from './pause.ts';
import type { PreferencesFile } from './preferences.ts';
import { windowTitle } from './title.ts';
import type { TrayIcon, TrayState } from './tray.ts';

/** What {@link createDesktop} needs. */
export interface DesktopParts {
  readonly clock: Clock;
  readonly engine: Pick<Engine, 'handlers' | 'isCatchingUp' | 'view'>;
  readonly window: InboxWindow;
  readonly preferences: PreferencesFile;
  readonly words: () => Words;
  readonly publish: (changes: readonly Change[]) => void;
  readonly createNotifier: (events: NotificationEvents) => Notifier;
  readonly createTray: (state: TrayState) => TrayIcon;
  readonly badge: Badge;
  /** A tray is there at once, as on macOS and Windows; elsewhere one may come and go. */
  readonly hasTrayAlways: boolean;
  readonly setStartAtLogin: (isWanted: boolean) => void;
}

/** The desktop around the window. */
export interface Desktop {
  view(): DesktopView;
  /** What was just published. */
  follow(changes: readonly Change[]): void;
  /** New messages, after their changes were published. */
  notify(messages: readonly Message[]): void;
  /** The thread that the window shows, or null. */
  lookAt(peerId: number | null): void;
  /** Opens the thread of a conversation, when there is one. */
  openConversation(conversationId: number): void;
  /** Lets the window begin with this conversation, when there is one, or comes to it after the sign-in. */
  startAt(conversationId: number): void;
  /** The window has a new page, which was told nothing yet. */
  forgetPage(): void;
  /** For a page that reads everything: the thread that it is to open, or null. */
  takeRequestedPeer(): number | null;
  configure(settings: DesktopSettings): void;
  pause(length: PauseLength | null): void;
  test(): Promise<boolean>;
  /** A tray came or went. */
  setTray(hasTray: boolean): void;
  /** Words, time or the tray's state may be others now. */
  refresh(): void;
  /** Takes everything off the screen; for the app's end. */
  stop(): Promise<void>;
}

/** A panel that is being restarted is back within this time, in milliseconds. */
const TRAY_RETURNS_MS = 10_000;
const TEST_KEY = 'test';

/** Creates the desktop; the tray's icon is there from now on. */
export function createDesktop(parts: DesktopParts): Desktop {
  const { clock, engine, preferences, window, words } = parts;
  let hasTray = parts.hasTrayAlways;
  let wasTrayThere = parts.hasTrayAlways;
  let isIconLost = false;
  let canNotify: boolean | null = null;
  let lookedAt: number | null = null;
  let isPageReady = false;
  let requestedPeerId: number | null = null;
  /** A link came before anybody was signed in: the conversation that it leads to. */
  let awaitedConversationId: number | null = null;
  let cancelPauseEnd: (() => void) | null = null;
  let cancelSurfacing: (() => void) | null = null;

  const notifier = parts.createNotifier({
    onClick: (key) => {
      const peerId = peerOfKey(key);
      presenter.attendTo(peerId);
      openThread(peerId);
    },
    onReply: (key, text) => void reply(peerOfKey(key), text),
  });
  const presenter = createPresenter({
    clock,
    notifier,
    words,
    settings: () => preferences.current.desktop,
    pausedUntil,
    isLookedAt: (peerId) => peerId === lookedAt && window.isWatched(),
    isCatchingUp: () => engine.isCatchingUp(),
    conversations,
    onTried: noteTried,
  });
  const tray = parts.createTray(trayState());
  showCount();
  awaitPauseEnd();

  function conversations() {
    const answer = engine.handlers['conversations.list']({});
    return 'ok' in answer && answer.ok ? answer.value : [];
  }

  function peerOf(conversationId: number): number | null {
    return conversations().find((each) => each.conversationId === conversationId)?.peerId ?? null;
  }

  function pausedUntil(): number | null {
    const until = preferences.current.pausedUntil;
    return until !== null && until > clock.now() ? until : null;
  }

  function trayState(): TrayState {
    const { unreadCount } = engine.view();
    return { unreadCount, isPaused: pausedUntil() !== null, words: words() };
  }

  function view(): DesktopView {
    const until = pausedUntil();
    return {
      settings: preferences.current.desktop,
      pausedUntil: until === null ? null : new Date(until).toISOString(),
      canNotify,
      hasTray,
    };
  }

  function tell(): void {
    parts.publish([{ type: 'desktop.changed', desktop: view() }]);
  }

  function showCount(): void {
    const state = trayState();
    tray.update(state);
    parts.badge(state.unreadCount);
    window.current()?.setTitle(windowTitle(state.unreadCount));
  }

  function noteTried(wasShown: boolean): void {
    if (canNotify === wasShown) return;
    canNotify = wasShown;
    tell();
  }

  function awaitPauseEnd(): void {
    cancelPauseEnd?.();
    const until = pausedUntil();
    cancelPauseEnd = until === null ? null : clock.after(until - clock.now(), refresh);
  }

  function refresh(): void {
    awaitPauseEnd();
    presenter.reconsider();
    showCount();
    tell();
  }

  function openThread(peerId: number | null): void {
    window.show();
    if (peerId === null || engine.view().session === null) return;
    if (isPageReady) parts.publish([{ type: 'thread.requested', peerId }]);
    else requestedPeerId = peerId;
  }

  /** The person that a link leads to; one that comes too early is kept until there are conversations. */
  function linkedPeer(conversationId: number): number | null {
    awaitedConversationId = engine.view().session === null ? conversationId : null;
    return peerOf(conversationId);
  }

  /** Somebody signed in, and the page is about to read everything: the link that waited for that goes with it. */
  function followAwaitedLink(): void {
    if (awaitedConversationId === null) return;
    requestedPeerId = peerOf(awaitedConversationId);
    awaitedConversationId = null;
  }

  /** Whoever answers has read what was shown. */
  async function reply(peerId: number | null, text: string): Promise<void> {
    const content = checkContent(text);
    const row = conversations().find((each) => each.peerId === peerId);
    if (peerId === null || row === undefined || !content.ok) return;
    const clientMessageId = uuidV7();
    await engine.handlers['outbox.enqueue']({ clientMessageId, peerId, content: content.value });
    await engine.handlers['read.mark']({ peerId, upToSeq: row.lastSeq });
  }

  return {
    view,
    refresh,
    follow: (changes) => {
      presenter.follow(changes);
      const countMayDiffer = changes.some(({ type }) =>
        ['unread.changed', 'session.changed', 'reset'].includes(type),
      );
      if (countMayDiffer) showCount();
      if (changes.some((change) => change.type === 'session.changed' && change.session !== null))
        followAwaitedLink();
    },
    notify: (messages) => presenter.add(messages),
    lookAt: (peerId) => {
      lookedAt = peerId;
    },
    openConversation: (conversationId) => openThread(linkedPeer(conversationId)),
    startAt: (conversationId) => {
      requestedPeerId = linkedPeer(conversationId);
    },
    forgetPage: () => {
      isPageReady = false;
      lookedAt = null;
      showCount();
    },
    takeRequestedPeer: () => {
      isPageReady = true;
      const peerId = requestedPeerId;
      requestedPeerId = null;
      return peerId;
    },
    configure: (settings) => {
      const { startAtLogin } = preferences.current.desktop;
      preferences.change({ desktop: settings });
      if (settings.startAtLogin !== startAtLogin) parts.setStartAtLogin(settings.startAtLogin);
      refresh();
    },
    pause: (length) => {
      preferences.change({ pausedUntil: length === null ? null : pauseEnd(length, clock.now()) });
      refresh();
    },
    test: async () => {
      const { say } = words();
      const text = { title: say('notifications.test'), body: say('notifications.testText') };
      const isSilent = !preferences.current.desktop.notificationSound;
      const wasShown = await notifier.show({ key: TEST_KEY, ...text, isSilent, canReply: false });
      noteTried(wasShown);
      return wasShown;
    },
    setTray: (isThere) => {
      cancelSurfacing?.();
      cancelSurfacing = isThere ? null : clock.after(TRAY_RETURNS_MS, () => window.surface());
      // A tray that comes back finds the icon by itself; one that was not there when the icon was made does not.
      if (isThere && isIconLost) tray.renew();
      isIconLost = !isThere && (isIconLost || !wasTrayThere);
      wasTrayThere ||= isThere;
      if (isThere === hasTray) return;
      hasTray = isThere;
      tell();
    },
    stop: async () => {
      presenter.stop();
      cancelPauseEnd?.();
      cancelSurfacing?.();
      tray.destroy();
      await notifier.withdrawAll();
    },
  };
}
