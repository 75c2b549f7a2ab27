import { describe, expect, it } from 'vitest';
import { noticeFor } from '../../renderer/banners.tsx';
import { checkDraft } from '../../renderer/chat/composer-limits.ts';
import { conversationName } from '../../renderer/inbox/conversation-row.tsx';
import { isShown } from '../../renderer/inbox/filters.ts';
import { movedIndex } from '../../renderer/inbox/conversation-list.tsx';
import { inOrder } from '../../renderer/inbox/use-frozen-order.ts';
import { initials } from '../../renderer/ui/avatar.tsx';
import { cappedCount } from '../../renderer/ui/count-badge.tsx';
import { matchesName } from '../../renderer/ui/search.ts';
import { createWords } from '../../shared/words/words.ts';
import { conversation } from './memory-inbox.ts';

describe('the connection banner', () => {
  it('is silent about blips, then subtle, then plain', () => {
    expect(noticeFor('live', 60_000)).toBe('none');
    expect(noticeFor('offline', 0)).toBe('none');
    expect(noticeFor('offline', 3_000)).toBe('reconnecting');
    expect(noticeFor('polling', 60_000)).toBe('reconnecting');
    expect(noticeFor('offline', 10_000)).toBe('offline');
  });
});

describe('the limit of a message', () => {
  it('counts what will be sent: normalised, in code points', () => {
    expect(checkDraft(`${'e\u0301'.repeat(2_000)}\r\n`)).toMatchObject({
      canSend: true,
      shownLength: 2_000,
    });
    expect(checkDraft('👨‍👩‍👧‍👦'.repeat(286))).toMatchObject({ canSend: false, shownLength: 2_002 });
  });

  it('names broken characters and stays quiet about blank text', () => {
    expect(checkDraft('a\0b').problem).toBe('nul');
    expect(checkDraft('a\ud800').problem).toBe('lone_surrogate');
    expect(checkDraft(' \u200b')).toMatchObject({ canSend: false, problem: null });
  });
});

describe('a row of the list', () => {
  const { say } = createWords('en');
  const maya = conversation({ peerId: 7, peerName: 'Maya Chen' });
  const preview = { text: 'Hi', fromMe: false, at: '2026-11-20T08:00:00.000Z', delivery: null };

  it('is named by the person first, then by what is to know', () => {
    expect(conversationName(maya, false, say)).toBe('Maya Chen');
    expect(conversationName({ ...maya, unreadCount: 2 }, true, say)).toBe('Maya Chen, 2 unread, typing');
    expect(conversationName({ ...maya, isArchived: true }, false, say)).toBe('Maya Chen, trainee removed');
    const failed = { ...preview, fromMe: true, delivery: 'refused' as const };
    expect(conversationName({ ...maya, preview: failed }, false, say)).toBe('Maya Chen, not sent');
  });

  it('needs a reply when the trainee wrote last and can still be answered', () => {
    expect(isShown({ ...maya, preview }, 'needsReply')).toBe(true);
    expect(isShown({ ...maya, preview: { ...preview, fromMe: true } }, 'needsReply')).toBe(false);
    expect(isShown({ ...maya, preview, isArchived: true }, 'needsReply')).toBe(false);
    expect(isShown(maya, 'needsReply')).toBe(false);
  });

  it('keeps its place while the list is held, and newcomers come last', () => {
    const rows = [4, 3, 2, 1].map((peerId) => conversation({ peerId }));
    expect(inOrder(rows, [1, 2, 9, 3]).map((row) => row.peerId)).toEqual([1, 2, 3, 4]);
  });

  it('is reached by arrows, Home and End', () => {
    expect(['ArrowDown', 'ArrowUp', 'Home', 'End', 'x'].map((key) => movedIndex(key, 1, 3))).toEqual([
      2,
      0,
      0,
      2,
      null,
    ]);
    expect([movedIndex('ArrowDown', 2, 3), movedIndex('ArrowUp', 0, 3)]).toEqual([2, 0]);
  });
});

describe('names', () => {
  it('are found without accents and case, by any part', () => {
    expect(matchesName('Zoë Müller', 'zoe')).toBe(true);
    expect(matchesName('Zoë Müller', 'mul zo')).toBe(true);
    expect(matchesName('Zoë Müller', 'zoa')).toBe(false);
    expect(matchesName('Zoë Müller', '')).toBe(true);
    expect(matchesName('Łukasz Sørensen', 'lukasz soren')).toBe(true);
  });

  it('are shortened to initials by what the eye sees as one letter', () => {
    expect(['Maya Chen', 'Cher', 'Ana María de la Cruz', '🏋🏽‍♀️', ''].map(initials)).toEqual([
      'MC',
      'C',
      'AC',
      '?',
      '?',
    ]);
    expect(initials('E\u0301va Nagy')).toBe('E\u0301N');
  });

  it('come with counts of at most two digits', () => {
    expect([1, 99, 100].map(cappedCount)).toEqual(['1', '99', '99+']);
  });
});
