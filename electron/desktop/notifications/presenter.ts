/**
 * Decides what the person is notified of, and when: once for each message, one notification for each conversation, one
 * for all after a long absence, none for what is looked at or already read. Knows no system.
 */
import type { DesktopSettings } from '../../../shared/desktop.ts';
import type { Change, ConversationView } from '../../../shared/views.ts';
import type { Message } from '../../../shared/wire/entities.ts';
import type { Words } from '../../../shared/words/words.ts';
import type { Clock } from '../../engine-api.ts';
import { conversationKey, SUMMARY_KEY } from './keys.ts';
import type { Notifier } from './notifier.ts';
import { conversationText, summaryText, type NotificationText } from './text.ts';

/** What {@link createPresenter} needs. */
export interface PresenterParts {
  readonly clock: Clock;
  readonly notifier: Notifier;
  readonly words: () => Words;
  readonly settings: () => DesktopSettings;
  /** Milliseconds since 1970 until which nothing is shown, or null. */
  readonly pausedUntil: () => number | null;
  /** The person has this thread before their eyes. */
  readonly isLookedAt: (peerId: number) => boolean;
  /** Older messages may still be on their way. */
  readonly isCatchingUp: () => boolean;
  /** All conversations as they are now. */
  readonly conversations: () => readonly ConversationView[];
  /** Whether the system showed the notification that was tried last. */
  readonly onTried: (wasShown: boolean) => void;
}

/** Notifies of new messages. */
export interface Presenter {
  /** New messages that nobody has read; to be called after their changes. */
  add(messages: readonly Message[]): void;
  /** Everything that the window is told. */
  follow(changes: readonly Change[]): void;
  /** The pause or another setting changed, or the computer woke up: looks again at what waits. */
  reconsider(): void;
  /** The person turned to this conversation, or to all with null. */
  attendTo(peerId: number | null): void;
  stop(): void;
}

interface Waiting {
  readonly message: Message;
  /** By {@link Clock.monotonic}. */
  readonly since: number;
}

/** Messages that come together are told together. */
const GATHER_MS = 100;
/** Catching up holds notifications back, but not for longer. */
const LONGEST_HOLD_MS = 5_000;
/** A message in the thread that is looked at counts as seen, unless it is still unread after this time. */
const READING_MS = 2_000;
/** More conversations than this are told of by one notification. */
const MOST_AT_ONCE = 3;

/** Creates the presenter; it is silent until messages are added. */
export function createPresenter(parts: PresenterParts): Presenter {
  const { clock, notifier } = parts;
  /** Conversations as far as they changed since the start; those with new messages always have. */
  const known = new Map<number, ConversationView>();
  let waiting: Waiting[] = [];
  /** How many messages the notification of each person tells of. */
  const shown = new Map<number, number>();
  /** People that the summary stands for. */
  const summarised = new Set<number>();
  /** Of what waits, some came in a pause. */
  let wasPaused = false;
  let cancelTimer: (() => void) | null = null;

  function plan(ms: number): void {
    cancelTimer?.();
    cancelTimer = clock.after(ms, present);
  }

  function isUnread({ message }: Waiting): boolean {
    const conversation = known.get(message.conversationId);
    return conversation !== undefined && !conversation.isArchived && message.seq > conversation.readSeq;
  }

  function present(): void {
    cancelTimer = null;
    waiting = parts.settings().notifications ? waiting.filter(isUnread) : [];
    const [first] = waiting;
    if (first === undefined) {
      wasPaused = false;
      return;
    }
    const pausedMs = (parts.pausedUntil() ?? 0) - clock.now();
    if (pausedMs > 0) {
      // Timers do not run while the computer sleeps: waking looks again.
      return plan(pausedMs);
    }
    const now = clock.monotonic();
    if (parts.isCatchingUp() && now - first.since < LONGEST_HOLD_MS) return plan(GATHER_MS);
    const isBeingRead = ({ message, since }: Waiting): boolean => {
      const peerId = known.get(message.conversationId)?.peerId;
      return peerId !== undefined && parts.isLookedAt(peerId) && now - since < READING_MS;
    };
    tell(waiting.filter((each) => !isBeingRead(each)));
    waiting = waiting.filter(isBeingRead);
    if (waiting.length > 0) plan(GATHER_MS);
  }

  function tell(news: readonly Waiting[]): void {
    const byPeer = new Map<number, Message[]>();
    for (const { message } of news) {
      const peerId = known.get(message.conversationId)?.peerId;
      if (peerId === undefined) continue;
      byPeer.set(peerId, [...(byPeer.get(peerId) ?? []), message]);
    }
    const most = wasPaused ? 1 : MOST_AT_ONCE;
    wasPaused = false;
    if (byPeer.size > most) {
      for (const peerId of byPeer.keys()) summarised.add(peerId);
      const count = [...byPeer.values()].reduce((sum, messages) => sum + messages.length, 0);
      return show(SUMMARY_KEY, summaryText(parts.words(), count, byPeer.size), false);
    }
    for (const [peerId, messages] of byPeer) tellOf(peerId, messages);
  }

  function tellOf(peerId: number, messages: readonly Message[]): void {
    const latest = messages.at(-1);
    const conversation = latest && known.get(latest.conversationId);
    if (conversation === undefined) return;
    const count = (shown.get(peerId) ?? 0) + messages.length;
    shown.set(peerId, count);
    const news = { name: conversation.peerName, count, latest: latest?.content ?? '' };
    const text = conversationText(parts.words(), parts.settings().notificationContent, news);
    show(conversationKey(peerId), text, true);
  }

  function show(key: string, text: NotificationText, canReply: boolean): void {
    const isSilent = !parts.settings().notificationSound;
    void notifier.show({ key, ...text, isSilent, canReply }).then(parts.onTried);
  }

  function forget(peerId: number): void {
    if (shown.delete(peerId)) notifier.withdraw(conversationKey(peerId));
    if (summarised.delete(peerId) && summarised.size === 0) notifier.withdraw(SUMMARY_KEY);
  }

  function forgetAll(): void {
    for (const peerId of [...shown.keys(), ...summarised]) forget(peerId);
    waiting = [];
    known.clear();
  }

  function note(conversation: ConversationView): void {
    if (conversation.conversationId !== null) known.set(conversation.conversationId, conversation);
    if (conversation.unreadCount === 0 || conversation.isArchived) forget(conversation.peerId);
  }

  /** Reads anew what is known of, after changes that do not tell themselves. */
  function readAgain(): void {
    const gone = new Set([...shown.keys(), ...summarised]);
    for (const conversation of parts.conversations()) {
      gone.delete(conversation.peerId);
      note(conversation);
    }
    for (const peerId of gone) forget(peerId);
  }

  return {
    add: (messages) => {
      const since = clock.monotonic();
      wasPaused ||= parts.pausedUntil() !== null;
      waiting.push(...messages.map((message) => ({ message, since })));
      if (!cancelTimer) plan(GATHER_MS);
    },
    follow: (changes) => {
      for (const change of changes) {
        if (change.type === 'conversation.upserted') note(change.conversation);
        if (change.type === 'conversation.removed') forget(change.peerId);
        if (change.type === 'session.changed' && change.session === null) forgetAll();
        if (change.type === 'reset') readAgain();
      }
    },
    reconsider: () => {
      if (waiting.length > 0) plan(0);
    },
    attendTo: (peerId) => {
      for (const each of peerId === null ? [...summarised] : [peerId]) forget(each);
    },
    stop: () => {
      cancelTimer?.();
      waiting = [];
    },
  };
}
