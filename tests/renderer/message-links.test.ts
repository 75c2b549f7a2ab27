import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textParts } from '../../renderer/chat/message-links.ts';

/** The links of a message, as they are shown and where they lead. */
const linksOf = (content: string) =>
  textParts(content).flatMap(({ text, link, host }) => (link === null ? [] : [`${text} -> ${host}`]));

describe('links in messages', () => {
  it.each([
    ['Read https://example.com/a_(b)?x=1#y, please', 'https://example.com/a_(b)?x=1#y -> example.com'],
    ['(HTTPS://Example.com).', 'HTTPS://Example.com -> example.com'],
    ['https://example.com:8443/x', 'https://example.com:8443/x -> example.com:8443'],
  ])('are found in %j', (content, link) => {
    expect(linksOf(content)).toEqual([link]);
  });

  it.each([
    'http://example.com',
    'www.example.com',
    'me@example.com',
    'javascript:alert(1)//https',
    'https://bank.example@evil.example/login',
    'https://evil.example/\u202egpj.exe',
    'https://evil.example\\@bank.example',
    'trainer-inbox://conversation/1',
  ])('are nothing but secure addresses: %j is plain text', (content) => {
    expect(linksOf(content)).toEqual([]);
    expect(textParts(content).map(({ text }) => text)).toEqual([content]);
  });

  it.each([
    ['https://münchen.de/a', 'https://münchen.de/a -> xn--mnchen-3ya.de'],
    ['https://пример.рф', 'https://пример.рф -> xn--e1afmkfd.xn--p1ai'],
  ])('in one script are shown as they were written: %s', (content, link) => {
    expect(linksOf(content)).toEqual([link]);
  });

  it.each([
    ['a Cyrillic а', 'https://аpple.com/id', 'https://xn--pple-43d.com/id -> xn--pple-43d.com'],
    ['all Cyrillic before .com', 'https://сое.com', 'https://xn--e1ari.com -> xn--e1ari.com'],
    [
      'a Latin letter that looks like g',
      'https://ɡoogle.com',
      'https://xn--oogle-qmc.com -> xn--oogle-qmc.com',
    ],
    ['wide letters', 'https://ｅxample.com/x', 'https://example.com/x -> example.com'],
  ])('that pretend by %s show the host that they lead to', (_what, content, link) => {
    expect(linksOf(content)).toEqual([link]);
  });

  it('leave every message the text that it was, whatever stands in it', () => {
    const piece = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constant('https://example.com/'));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const content = pieces.join('');
        const parts = textParts(content);
        for (const { text, link } of parts) if (link === null) expect(content).toContain(text);
        const written = parts.map(({ text, link }) => link ?? text).join('');
        expect(written).toBe(content);
      }),
    );
  });
});
