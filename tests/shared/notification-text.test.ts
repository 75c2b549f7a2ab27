import { describe, expect, it } from 'vitest';
import { messagePreview, notificationName } from '../../shared/notification-text.ts';

const FAMILY = '👨‍👩‍👧‍👦';

/** Characters as a person counts them. */
const graphemes = (text: string) => [...new Intl.Segmenter().segment(text)].length;

describe('a preview of a message', () => {
  it('is the text itself when that is short', () => {
    expect(messagePreview('Legs tomorrow?')).toBe('Legs tomorrow?');
    expect(messagePreview('a'.repeat(120))).toBe('a'.repeat(120));
  });

  it('is one line', () => {
    expect(messagePreview(' Warm-up\n\n\t5 × 5  squats\u2028done ')).toBe('Warm-up 5 × 5 squats done');
  });

  it('ends with an ellipsis where it was cut', () => {
    expect(messagePreview('a'.repeat(121))).toBe(`${'a'.repeat(119)}…`);
    expect(messagePreview(`${'a'.repeat(118)} ${'b'.repeat(40)}`)).toBe(`${'a'.repeat(118)}…`);
  });

  it('never cuts an emoji or an accent apart', () => {
    expect(messagePreview(FAMILY.repeat(120))).toBe(FAMILY.repeat(120));
    const cut = messagePreview(FAMILY.repeat(300));
    expect(cut).toBe(`${FAMILY.repeat(119)}…`);
    expect(graphemes(cut)).toBe(120);
    expect(messagePreview('e\u0323\u0302'.repeat(121))).toBe(`${'e\u0323\u0302'.repeat(119)}…`);
  });
});

describe('a name in a notification', () => {
  it('does not turn the text around it, whichever way it is written', () => {
    expect(notificationName('ليلى حسن')).toBe('\u2068ليلى حسن\u2069');
  });

  it('is one line of at most 60 graphemes', () => {
    expect(notificationName(`Maya\n${'x'.repeat(100)}`)).toBe(`\u2068Maya ${'x'.repeat(54)}…\u2069`);
  });
});
