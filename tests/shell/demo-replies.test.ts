import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAST } from '../../electron/demo/cast.ts';
import { readingMs, typingMs } from '../../electron/demo/pace.ts';
import { chooseOpener, chooseReply, type Voice } from '../../electron/demo/replies.ts';
import { mayOpen, unanswered } from '../../electron/demo/talk.ts';
import { topicOf } from '../../electron/demo/topics.ts';
import { checkContent } from '../../shared/text.ts';
import type { Message } from '../../shared/wire/entities.ts';

const TRAINER = 1;
const MAYA = 2;
const NOW = Date.parse('2026-11-23T12:00:00.000Z');
const MINUTE = 60_000;

/** A conversation from pairs of sender and age in minutes, oldest first. */
function conversation(...lines: readonly (readonly [senderId: number, minutesAgo: number])[]): Message[] {
  return lines.map(([senderId, minutesAgo], index) => ({
    id: index + 1,
    conversationId: 1,
    seq: index + 1,
    senderId,
    clientMessageId: `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
    content: `message ${index + 1}`,
    createdAt: new Date(NOW - minutesAgo * MINUTE).toISOString(),
  }));
}

describe('what a message is about', () => {
  it.each([
    ['How is your knee today?', 'pain'],
    ['Any soreness after Sunday?', 'pain'],
    ['Did you sleep well?', 'sleep'],
    ['What did you have for breakfast?', 'food'],
    ['I saw that you missed the session on Tuesday', 'missed'],
    ['Can you do 7 am tomorrow?', 'schedule'],
    ['Thanks for the update!', 'thanks'],
    ['Well done, I am proud of you', 'praise'],
    ['Two sets of squats today please', 'workout'],
    ['How are you?', 'mood'],
    ['Hello Maya', 'greeting'],
    ['Really?', 'question'],
    ['Noted.', 'other'],
    ['', 'other'],
  ])('%j is about %s', (text, topic) => {
    expect(topicOf(text)).toBe(topic);
  });
});

describe('what a demo trainee answers', () => {
  const voice: Voice = { replies: { pain: ['My knee is fine.'] }, openers: ['Hi coach!', 'Quick question.'] };

  it('fits the message, in the own voice of the person', () => {
    expect(chooseReply(voice, 'How is the knee?', [], () => 0)).toBe('My knee is fine.');
  });

  it('is not what was said lately, while there is something else to say', () => {
    const said: string[] = [];
    for (let turn = 0; turn < 5; turn += 1)
      said.push(chooseReply(voice, 'How is the knee?', said, () => 0.99));
    expect(new Set(said).size).toBe(said.length);
  });

  it('is always something that may be sent, whatever the trainer wrote and chance decided', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    const texts = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('knee', 'sleep?', 'thanks', 'tomorrow'),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...CAST),
        texts,
        fc.array(fc.string()),
        chance,
        (role, text, recent, random) => {
          expect(checkContent(chooseReply(role.voice, text, recent, () => random)).ok).toBe(true);
        },
      ),
    );
  });

  it('still comes when everything was said lately', () => {
    const everything = Array.from({ length: 200 }, (_, turn) =>
      chooseReply(voice, 'knee', [], () => (turn % 20) / 20),
    );
    expect(chooseReply(voice, 'knee', everything, () => 0)).not.toBe('');
  });

  it('begins with an opener not used lately, or with none', () => {
    expect(chooseOpener(voice, ['Hi coach!'], () => 0)).toBe('Quick question.');
    expect(chooseOpener(voice, voice.openers, () => 0)).toBeNull();
  });
});

describe('when a demo trainee answers', () => {
  it.each([
    ['nobody wrote yet', conversation(), []],
    ['the trainer wrote last', conversation([MAYA, 9], [TRAINER, 1]), [2]],
    ['the trainer wrote twice', conversation([MAYA, 9], [TRAINER, 2], [TRAINER, 1]), [2, 3]],
    ['only the trainer ever wrote', conversation([TRAINER, 2]), [1]],
    ['the trainee wrote last', conversation([TRAINER, 2], [MAYA, 1]), []],
    ['the trainer wrote long ago', conversation([MAYA, 900], [TRAINER, 600]), []],
  ])('and %s, it concerns the right messages', (_when, messages, seqs) => {
    expect(unanswered(messages, MAYA, NOW).map(({ seq }) => seq)).toEqual(seqs);
  });

  it.each([
    ['nobody wrote yet', conversation(), true],
    ['the trainer wrote last', conversation([TRAINER, 600]), true],
    ['the trainee wrote a minute ago', conversation([TRAINER, 9], [MAYA, 1]), false],
    ['the trainee wrote hours ago', conversation([MAYA, 300]), true],
  ])('and %s, writing unasked is right or not', (_when, messages, expected) => {
    expect(mayOpen(messages, MAYA, NOW)).toBe(expected);
  });
});

describe('the pace of a demo trainee', () => {
  it('takes longer for longer texts, and is never hasty or endless', () => {
    const [short, long, endless] = ['Ok!', 'x'.repeat(80), 'x'.repeat(2_000)];
    const half = (): number => 0.5;
    expect(typingMs(long, half)).toBeGreaterThan(typingMs(short, half));
    expect(typingMs(short, () => 0)).toBeGreaterThanOrEqual(1_000);
    expect(typingMs(endless, () => 0.999)).toBeLessThan(7_000);
    expect(readingMs(endless, () => 0.999)).toBeLessThan(4_000);
  });
});
