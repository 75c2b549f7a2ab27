import { beforeEach, describe, expect, it } from 'vitest';
import type { NotificationRequest } from '../../electron/desktop/notifications/notifier.ts';
import { keyWithin, peerOfKey, SUMMARY_KEY } from '../../electron/desktop/notifications/keys.ts';
import { createPresenter, type Presenter } from '../../electron/desktop/notifications/presenter.ts';
import { createWords } from '../../shared/words/words.ts';
import type { DesktopSettings } from '../../shared/desktop.ts';
import type { ConversationView } from '../../shared/views.ts';
import type { Message } from '../../shared/wire/entities.ts';
import { FakeClock } from '../engine/support/fake-clock.ts';
import { DESKTOP } from '../harness/desktop-view.ts';
import { conversation, message } from '../renderer/memory-inbox.ts';

const MINUTE_MS = 60_000;

describe('what is notified', () => {
  let clock: FakeClock;
  let presenter: Presenter;
  let settings: DesktopSettings;
  let pausedUntil: number | null;
  let lookedAt: number | null;
  let isCatchingUp: boolean;
  let conversations: Map<number, ConversationView>;
  let requests: NotificationRequest[];
  /** Notifications on the screen. */
  let shown: Map<string, NotificationRequest>;

  beforeEach(() => {
    clock = new FakeClock();
    settings = DESKTOP.settings;
    pausedUntil = null;
    lookedAt = null;
    isCatchingUp = false;
    conversations = new Map();
    requests = [];
    shown = new Map();
    presenter = createPresenter({
      clock,
      notifier: {
        show: async (request) => {
          requests.push(request);
          shown.set(request.key, request);
          return true;
        },
        withdraw: (key) => void shown.delete(key),
        withdrawAll: async () => shown.clear(),
      },
      words: () => createWords('en'),
      settings: () => settings,
      pausedUntil: () => pausedUntil,
      isLookedAt: (peerId) => peerId === lookedAt,
      isCatchingUp: () => isCatchingUp,
      conversations: () => [...conversations.values()],
      onTried: () => {},
    });
  });

  function change(peerId: number, some: Partial<ConversationView>): void {
    const changed = { ...(conversations.get(peerId) ?? conversation({ peerId })), ...some };
    conversations.set(peerId, changed);
    presenter.follow([{ type: 'conversation.upserted', conversation: changed }]);
  }

  /** As the engine tells of messages: the changes of a commit, then what of it is news. */
  function arrive(...messages: readonly Message[]): void {
    for (const { senderId, seq } of messages) change(senderId, { lastSeq: seq, unreadCount: seq });
    presenter.add(messages);
  }

  function readUpTo(peerId: number, readSeq: number): void {
    const { lastSeq } = conversations.get(peerId) ?? { lastSeq: 0 };
    change(peerId, { readSeq, unreadCount: lastSeq - readSeq });
  }

  function texts(): readonly string[] {
    return [...shown.values()].map(({ title, body }) => `${title.replace(/[\u2068\u2069]/g, '')} | ${body}`);
  }

  it('one message shows its writer and its text, soon', async () => {
    arrive(message(4, 1, { content: 'Done with the squats' }));
    await clock.advance(200);
    expect(texts()).toEqual(['Person 4 | Done with the squats']);
  });

  it('further messages of the same person take the place of the first one and are counted', async () => {
    arrive(message(4, 1));
    await clock.advance(200);
    arrive(message(4, 2), message(4, 3, { content: 'And now?' }));
    await clock.advance(200);
    expect(texts()).toEqual(['Person 4: 3 new messages | And now?']);
    expect(new Set(requests.map(({ key }) => key)).size).toBe(1);
  });

  it('reading, here or elsewhere, takes the notification away and begins the count anew', async () => {
    arrive(message(4, 1), message(5, 1));
    await clock.advance(200);
    readUpTo(4, 1);
    expect(texts()).toEqual(['Person 5 | Message 1']);
    arrive(message(4, 2));
    await clock.advance(200);
    expect(texts()).toContain('Person 4 | Message 2');
  });

  it('what was read or archived before it could be shown is not', async () => {
    arrive(message(4, 1), message(5, 1), message(6, 1));
    readUpTo(4, 1);
    change(5, { isArchived: true });
    await clock.advance(200);
    expect(texts()).toEqual(['Person 6 | Message 1']);
  });

  it('a conversation that is archived or gone takes its notification with it', async () => {
    arrive(message(4, 1), message(5, 1));
    await clock.advance(200);
    change(4, { isArchived: true });
    presenter.follow([{ type: 'conversation.removed', peerId: 5 }]);
    expect(texts()).toEqual([]);
  });

  it('the thread that is looked at is given two seconds to be read', async () => {
    lookedAt = 4;
    arrive(message(4, 1), message(5, 1));
    await clock.advance(1_000);
    expect(texts()).toEqual(['Person 5 | Message 1']);
    readUpTo(4, 1);
    await clock.advance(5_000);
    expect(requests).toHaveLength(1);
    arrive(message(4, 2));
    await clock.advance(1_900);
    expect(requests).toHaveLength(1);
    await clock.advance(200);
    expect(texts()).toContain('Person 4 | Message 2');
  });

  it('nothing is shown while older messages are on their way, for five seconds at most', async () => {
    isCatchingUp = true;
    arrive(message(4, 1));
    await clock.advance(4_000);
    readUpTo(4, 1);
    arrive(message(5, 1));
    await clock.advance(4_900);
    expect(requests).toEqual([]);
    await clock.advance(200);
    expect(texts()).toEqual(['Person 5 | Message 1']);
  });

  it('what was missed in more than three conversations is one notification', async () => {
    isCatchingUp = true;
    for (let seq = 1; seq <= 8; seq += 1) arrive(...[1, 2, 3, 4, 5].map((peerId) => message(peerId, seq)));
    await clock.advance(300);
    isCatchingUp = false;
    await clock.advance(200);
    expect(texts()).toEqual(['Trainer Inbox | 40 new messages from 5 people']);
    for (const peerId of [1, 2, 3, 4]) readUpTo(peerId, 8);
    expect(shown.has(SUMMARY_KEY)).toBe(true);
    readUpTo(5, 8);
    expect(texts()).toEqual([]);
  });

  it('a pause shows nothing and ends with one notification for all', async () => {
    pausedUntil = clock.now() + 30 * MINUTE_MS;
    arrive(message(4, 1), message(5, 1));
    await clock.advance(10 * MINUTE_MS);
    arrive(message(6, 1));
    readUpTo(5, 1);
    await clock.advance(19 * MINUTE_MS);
    expect(requests).toEqual([]);
    await clock.advance(2 * MINUTE_MS);
    expect(texts()).toEqual(['Trainer Inbox | 2 new messages from 2 people']);
  });

  it('a pause that ends a moment after the messages came ends with one notification as well', async () => {
    pausedUntil = clock.now() + MINUTE_MS;
    arrive(message(4, 1), message(5, 1));
    pausedUntil = null;
    presenter.reconsider();
    await clock.advance(200);
    expect(texts()).toEqual(['Trainer Inbox | 2 new messages from 2 people']);
  });

  it('a pause whose messages were all read elsewhere leaves nothing to the messages after it', async () => {
    pausedUntil = clock.now() + MINUTE_MS;
    arrive(message(4, 1));
    readUpTo(4, 1);
    await clock.advance(2 * MINUTE_MS);
    pausedUntil = null;
    arrive(message(4, 2), message(5, 1));
    await clock.advance(200);
    expect(texts()).toHaveLength(2);
  });

  it('a pause that is ended by hand ends at once', async () => {
    pausedUntil = clock.now() + 30 * MINUTE_MS;
    arrive(message(4, 1));
    await clock.advance(1_000);
    pausedUntil = null;
    presenter.reconsider();
    await clock.advance(10);
    expect(texts()).toEqual(['Person 4 | Message 1']);
  });

  it('switched off, nothing is shown, now or later', async () => {
    settings = { ...settings, notifications: false };
    arrive(message(4, 1));
    await clock.advance(200);
    settings = { ...settings, notifications: true };
    presenter.reconsider();
    await clock.advance(MINUTE_MS);
    expect(requests).toEqual([]);
  });

  it.each([
    ['name', 'Person 4 | 1 new message'],
    ['nothing', 'Trainer Inbox | 1 new message'],
  ] as const)('with "%s" the text stays private', async (notificationContent, expected) => {
    settings = { ...settings, notificationContent };
    arrive(message(4, 1, { content: 'canary' }));
    await clock.advance(200);
    expect(texts()).toEqual([expected]);
    expect(JSON.stringify(requests)).not.toContain('canary');
  });

  it('signing out takes everything away', async () => {
    arrive(message(4, 1));
    await clock.advance(200);
    arrive(message(5, 1));
    const signIn = { server: '', email: '', ended: null, unsentCount: 0 };
    presenter.follow([{ type: 'session.changed', session: null, signIn }]);
    await clock.advance(MINUTE_MS);
    expect(texts()).toEqual([]);
    expect(requests).toHaveLength(1);
  });

  it('what changed without being told is looked up', async () => {
    arrive(message(4, 1), message(5, 1), message(6, 1));
    await clock.advance(200);
    conversations.set(4, conversation({ peerId: 4, lastSeq: 1, readSeq: 1 }));
    conversations.delete(5);
    presenter.follow([{ type: 'reset' }]);
    expect(texts()).toEqual(['Person 6 | Message 1']);
  });

  it('a notification leads to its person, the summary to nobody in particular', () => {
    expect(peerOfKey('peer:12')).toBe(12);
    expect(peerOfKey(SUMMARY_KEY)).toBeNull();
  });

  it.each([
    ['type=click&tag=peer:12', 'peer:12'],
    ['type=reply&tag=peer%3A7&x=1', 'peer:7'],
    ['type=click&tag=summary', null],
    ['type=click&tag=speer:3', null],
    ['', null],
  ])('what a system says of a notification, %j, is about %s', (words, key) => {
    expect(keyWithin(words)).toBe(key);
  });
});
