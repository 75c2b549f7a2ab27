import { describe, expect, it } from 'vitest';
import { createLinkOpener, openableAddress } from '../../electron/desktop/external-links.ts';

const SECURE: readonly (readonly [link: string, opened: string])[] = [
  ['https://example.com', 'https://example.com/'],
  ['HTTPS://Example.COM/a?b=c#d', 'https://example.com/a?b=c#d'],
  ['https://example.com/user@home', 'https://example.com/user@home'],
  ['https://пример.рф/путь', 'https://xn--e1afmkfd.xn--p1ai/%D0%BF%D1%83%D1%82%D1%8C'],
];

const REFUSED: readonly string[] = [
  '',
  'example.com',
  '//example.com',
  'http://example.com',
  'javascript:alert(1)',
  'file:///etc/passwd',
  'ms-settings:network',
  ' https://example.com',
  'https://',
  'https:///example.com',
  'https:\\\\example.com',
  'https://example.com\\@evil.example',
  'https://bank.example@evil.example/',
  'https://user:secret@example.com',
  'https://example.com/\u202egpj.exe',
  'https://example.com/a b',
  'https://example.com/\nb',
  'https://exa\u200bmple.com',
  'https://exa mple.com',
  'https://[not-an-address]/',
  `https://example.com/${'a'.repeat(5_000)}`,
];

describe('the door from a message to the browser', () => {
  it.each(SECURE)('opens %s', (link, opened) => {
    expect(openableAddress(link)).toBe(opened);
  });

  it.each(REFUSED)('refuses %j', (link) => {
    expect(openableAddress(link)).toBeNull();
  });

  it('hands the checked address to the system, and logs nothing of it', async () => {
    const opened: string[] = [];
    const logged: string[] = [];
    const open = createLinkOpener(
      async (address) => void opened.push(address),
      (event, facts) => void logged.push(JSON.stringify([event, facts])),
    );
    expect(await open('https://Example.com')).toEqual({ ok: true, value: null });
    expect(await open('http://example.com')).toMatchObject({ error: { code: 'link_not_opened' } });
    expect(opened).toEqual(['https://example.com/']);
    expect(logged.join()).not.toContain('example');
  });

  it('says so when the system opens nothing', async () => {
    const open = createLinkOpener(
      () => Promise.reject(new Error('no browser for https://example.com')),
      () => {},
    );
    expect(await open('https://example.com')).toMatchObject({ error: { code: 'link_not_opened' } });
  });
});
