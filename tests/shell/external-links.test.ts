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

/** Programs and places that systems open by the beginning of an address. */
const SCHEMES = [
  ...[
    'http',
    'ftp',
    'ftps',
    'sftp',
    'file',
    'smb',
    'nfs',
    'dav',
    'afp',
    'ssh',
    'telnet',
    'rlogin',
    'vnc',
    'rdp',
  ],
  ...[
    'javascript',
    'vbscript',
    'data',
    'blob',
    'filesystem',
    'about',
    'view-source',
    'chrome',
    'app',
    'mhtml',
  ],
  ...[
    'mailto',
    'tel',
    'sms',
    'facetime',
    'callto',
    'sip',
    'xmpp',
    'irc',
    'news',
    'gopher',
    'magnet',
    'market',
  ],
  ...[
    'ms-settings',
    'ms-msdt',
    'ms-search',
    'ms-word',
    'ms-excel',
    'search-ms',
    'shell',
    'ldap',
    'jar',
    'res',
  ],
  ...[
    'x-apple.systempreferences',
    'x-help-action',
    'apt',
    'snap',
    'steam',
    'slack',
    'vscode',
    'trainer-inbox',
  ],
  ...['intent', 'ws', 'wss', 'itms-services', 'httpss', 'xhttps', 'https+ssh', 'hxxps'],
];
/** Characters that no reader sees, or that turn what they see round. */
const HIDDEN = [
  ...[
    '\u0000',
    '\u0007',
    '\t',
    '\n',
    '\r',
    '\u001b',
    '\u007f',
    '\u0085',
    '\u00a0',
    '\u00ad',
    '\u061c',
    '\u180e',
  ],
  ...[
    '\u200b',
    '\u200c',
    '\u200d',
    '\u200e',
    '\u200f',
    '\u2028',
    '\u2029',
    '\u202a',
    '\u202b',
    '\u202d',
    '\u202e',
  ],
  ...['\u2060', '\u2066', '\u2067', '\u2068', '\u2069', '\ufeff', '\ufff9', '\ud800', '\u{e0001}', '\\'],
];
const HOSTILE: readonly string[] = [
  ...SCHEMES.flatMap((scheme) => [`${scheme}:alert(1)`, `${scheme}://example.com/a`]),
  ...HIDDEN.flatMap((character) => [
    `https://exa${character}mple.com/`,
    `https://example.com/${character}a`,
    `${character}https://example.com/`,
  ]),
  ...['user@', 'user:pass@', ':@', '@', 'good.example@', 'good.example%2f@'].map(
    (credentials) => `https://${credentials}evil.example/`,
  ),
];

describe('the door from a message to the browser', () => {
  it('opens none of over two hundred hostile addresses (G6)', async () => {
    const opened: string[] = [];
    const open = createLinkOpener(
      async (address) => void opened.push(address),
      () => {},
    );
    expect(new Set(HOSTILE).size).toBeGreaterThan(200);
    for (const link of HOSTILE) {
      expect(await open(link), JSON.stringify(link)).toMatchObject({ error: { code: 'link_not_opened' } });
    }
    expect(opened).toEqual([]);
  });

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
