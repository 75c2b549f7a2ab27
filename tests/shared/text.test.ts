import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MESSAGE_MAX_CODE_POINTS } from '../../shared/limits.ts';
import { checkContent, codePointLength, normaliseContent } from '../../shared/text.ts';

const FAMILY = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}';

describe('normaliseContent', () => {
  it('turns every kind of line end into LF and keeps blank lines between', () => {
    expect(normaliseContent('a\r\n\r\nb\rc\nd')).toBe('a\n\nb\nc\nd');
  });

  it('trims both ends and composes to NFC', () => {
    expect(normaliseContent('  Zoe\u0308 \n')).toBe('Zo\u00eb');
  });

  it('gives the same text when applied twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const once = normaliseContent(text);
        expect(normaliseContent(once)).toBe(once);
      }),
    );
  });
});

describe('codePointLength', () => {
  it('counts code points, not UTF-16 units and not graphemes', () => {
    expect(codePointLength(FAMILY)).toBe(7);
    expect(FAMILY.length).toBe(11);
    expect(codePointLength('\u{1F44D}\u{1F3FD}')).toBe(2);
  });
});

describe('checkContent', () => {
  it('accepts exactly the limit in emoji and refuses one more', () => {
    const emoji = '\u{1F4AA}';
    expect(checkContent(emoji.repeat(MESSAGE_MAX_CODE_POINTS))).toMatchObject({ ok: true });
    expect(checkContent(emoji.repeat(MESSAGE_MAX_CODE_POINTS + 1))).toEqual({ ok: false, error: 'too_long' });
  });

  it('measures after trimming, so surrounding white space costs nothing', () => {
    expect(checkContent(`\n ${'x'.repeat(MESSAGE_MAX_CODE_POINTS)} \n`)).toMatchObject({ ok: true });
  });

  it.each([
    ['nothing', ''],
    ['spaces and line ends', ' \r\n\t\u00a0\u3000'],
    ['zero-width characters', '\u200b\u200c\u200d\u2060\ufeff'],
    ['bidirectional marks', '\u200e\u200f\u202e\u2066\u2069'],
    ['variation selectors and fillers', '\ufe0f\u3164\u115f\u2800'],
    ['tags', '\u{e0041}\u{e007f}'],
  ])('refuses a text made only of %s', (_, text) => {
    expect(checkContent(text)).toEqual({ ok: false, error: 'blank' });
  });

  it('refuses NUL and lone surrogates instead of removing them', () => {
    expect(checkContent('a\0b')).toEqual({ ok: false, error: 'nul' });
    expect(checkContent('a\ud800b')).toEqual({ ok: false, error: 'lone_surrogate' });
  });

  it('keeps joiners inside emoji and marks inside right-to-left text', () => {
    expect(checkContent(FAMILY)).toEqual({ ok: true, value: FAMILY });
    expect(checkContent('\u0645\u200f \u0633')).toEqual({ ok: true, value: '\u0645\u200f \u0633' });
  });

  it('never changes a text that it accepts beyond normalising it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), (text) => {
        const checked = checkContent(text);
        if (checked.ok) expect(checked.value).toBe(normaliseContent(text));
      }),
    );
  });
});
