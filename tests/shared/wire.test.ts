import { describe, expect, it } from 'vitest';
import { uuidSchema } from '../../shared/wire/entities.ts';
import { feedEventSchema, receivedFeedEventSchema } from '../../shared/wire/feed.ts';

const message = {
  id: 7,
  conversationId: 3,
  seq: 2,
  senderId: 1,
  clientMessageId: '0193a1b2-0000-7000-8000-000000000001',
  content: 'Well done',
  createdAt: '2026-11-23T08:30:00.000Z',
};

describe('a received feed event', () => {
  it('is read as it is when its kind is known', () => {
    const event = { feedSeq: 5, type: 'message.created', message };
    expect(receivedFeedEventSchema.parse(event)).toEqual(event);
  });

  it('of a kind that a later version invents keeps its number and changes nothing', () => {
    expect(receivedFeedEventSchema.parse({ feedSeq: 5, type: 'message.pinned', messageId: 7 })).toEqual({
      feedSeq: 5,
      type: 'hidden',
    });
  });

  it('of a known kind but malformed is an error, never skipped', () => {
    const broken = { feedSeq: 5, type: 'message.created', message: { ...message, seq: 0 } };
    expect(receivedFeedEventSchema.safeParse(broken).success).toBe(false);
  });

  it.each([0, -1, 1.5, '5', null])('with feedSeq %j is an error', (feedSeq) => {
    expect(receivedFeedEventSchema.safeParse({ feedSeq, type: 'hidden' }).success).toBe(false);
  });
});

describe('what the server may write', () => {
  it('is only the known kinds', () => {
    expect(feedEventSchema.safeParse({ feedSeq: 5, type: 'message.pinned' }).success).toBe(false);
  });
});

describe('clientMessageId', () => {
  it('takes any RFC 9562 version, in either case, and compares in lower case', () => {
    expect(uuidSchema.parse('9B2D6E3A-4C1F-4F0A-9D59-0B6C2A7F1E10')).toBe(
      '9b2d6e3a-4c1f-4f0a-9d59-0b6c2a7f1e10',
    );
    expect(uuidSchema.parse(message.clientMessageId)).toBe(message.clientMessageId);
  });

  it.each(['', 'x', '9b2d6e3a4c1f4f0a9d590b6c2a7f1e10', "'; DROP TABLE messages; --"])(
    'refuses %j',
    (text) => {
      expect(uuidSchema.safeParse(text).success).toBe(false);
    },
  );
});
