import { createHmac, generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto';

/** What a forger can know of a server whose secret they also have, so that one thing alone is wrong at a time. */
export interface ForgeryParts {
  /** The server's AUTH_SECRET. */
  readonly secret: string;
  /** Claims of a good access token. */
  readonly claims: Readonly<Record<string, unknown>>;
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Good sessions and ids of other people. */
  readonly other: { readonly userId: number; readonly sessionId: string };
  readonly admin: { readonly userId: number; readonly sessionId: string };
  /** For whom an admin might act. */
  readonly trainerId: number;
}

const HEADER = { alg: 'HS256', typ: 'at+jwt' };

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** The key that the server derives from its secret for access tokens. */
export function accessKey(secret: string): Buffer {
  return createHmac('sha256', secret).update('access token').digest();
}

/** A token with this header and payload, texts as they are and values as JSON, signed by HMAC. */
export function forge(
  header: unknown,
  payload: unknown,
  key: Buffer | string,
  hash: 'sha256' | 'sha384' | 'sha512' = 'sha256',
): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, key).update(signed).digest('base64url')}`;
}

function signedBy(privateKey: KeyObject, hash: string | null, header: unknown, payload: unknown): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  const signature = sign(hash, Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

type Forgery = readonly [name: string, token: string];

function wrongAlgorithms({ claims, secret, accessToken }: ForgeryParts): Forgery[] {
  const key = accessKey(secret);
  const signature = accessToken.split('.')[2] ?? '';
  const unsigned = (alg: unknown) => `${encode({ alg, typ: 'at+jwt' })}.${encode(claims)}.`;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const edwards = generateKeyPairSync('ed25519');
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const jwk = rsa.publicKey.export({ format: 'jwk' });
  return [
    ['algorithm none', unsigned('none')],
    ['algorithm None', unsigned('None')],
    ['algorithm NONE', unsigned('NONE')],
    ['algorithm none with the old signature', unsigned('none') + signature],
    ['no algorithm', forge({ typ: 'at+jwt' }, claims, key)],
    ['an empty algorithm', forge({ ...HEADER, alg: '' }, claims, key)],
    ['algorithm null', forge({ ...HEADER, alg: null }, claims, key)],
    ['an algorithm that is a list', forge({ ...HEADER, alg: ['HS256'] }, claims, key)],
    ['algorithm hs256', forge({ ...HEADER, alg: 'hs256' }, claims, key)],
    ['an algorithm in wide letters', forge({ ...HEADER, alg: 'ＨＳ２５６' }, claims, key)],
    ['an algorithm with a hidden character', forge({ ...HEADER, alg: 'HS256\u200b' }, claims, key)],
    ['HS384 with the right key', forge({ ...HEADER, alg: 'HS384' }, claims, key, 'sha384')],
    ['HS512 with the right key', forge({ ...HEADER, alg: 'HS512' }, claims, key, 'sha512')],
    [
      'RS256 with a key of its own',
      signedBy(rsa.privateKey, 'sha256', { ...HEADER, alg: 'RS256', jwk }, claims),
    ],
    ['HS256 keyed with a public RSA key', forge({ ...HEADER, jwk }, claims, pem)],
    ['RS256 named, HMAC done', forge({ ...HEADER, alg: 'RS256' }, claims, key)],
    [
      'ES256 with a key of its own',
      signedBy(elliptic.privateKey, 'sha256', { ...HEADER, alg: 'ES256' }, claims),
    ],
    ['EdDSA with a key of its own', signedBy(edwards.privateKey, null, { ...HEADER, alg: 'EdDSA' }, claims)],
    [
      'an algorithm given twice, none last',
      forge('{"alg":"HS256","typ":"at+jwt","alg":"none"}', claims, key),
    ],
  ];
}

function wrongHeaders({ claims, secret }: ForgeryParts): Forgery[] {
  const key = accessKey(secret);
  const jwk = { kty: 'oct', k: Buffer.alloc(32).toString('base64url') };
  return [
    ['no type', forge({ alg: 'HS256' }, claims, key)],
    ['type JWT', forge({ ...HEADER, typ: 'JWT' }, claims, key)],
    ['the type of another token', forge({ ...HEADER, typ: 'rt+jwt' }, claims, key)],
    ['a type with a hidden character', forge({ ...HEADER, typ: 'at+jwt\u200b' }, claims, key)],
    ['a key number that is a path', forge({ ...HEADER, kid: '/dev/null' }, claims, '')],
    ['a key number that is SQL', forge({ ...HEADER, kid: "' union select 'x" }, claims, 'x')],
    ['a key of its own', forge({ ...HEADER, jwk }, claims, Buffer.alloc(32))],
    ['the address of a key set', forge({ ...HEADER, jku: 'http://127.0.0.1:9/keys' }, claims, 'x')],
    ['the address of a certificate', forge({ ...HEADER, x5u: 'http://127.0.0.1:9/pem' }, claims, 'x')],
    ['a certificate', forge({ ...HEADER, x5c: ['MIIB'] }, claims, 'x')],
    ['an extension that it says is critical', forge({ ...HEADER, crit: ['mine'], mine: 1 }, claims, key)],
    ['no critical extensions at all', forge({ ...HEADER, crit: [] }, claims, key)],
    ['a payload that is not encoded', forge({ ...HEADER, crit: ['b64'], b64: false }, claims, key)],
    ['a header that is a list', forge([HEADER], claims, key)],
    ['a header that is no JSON', forge('{alg:HS256}', claims, key)],
  ];
}

function wrongClaims({ claims, secret, accessToken, other, admin, trainerId }: ForgeryParts): Forgery[] {
  const key = accessKey(secret);
  const now = Math.floor(Date.now() / 1_000);
  const withClaims = (changed: Readonly<Record<string, unknown>>) =>
    forge(HEADER, { ...claims, ...changed }, key);
  const twice = (name: string, last: string) =>
    forge(HEADER, `${JSON.stringify(claims).slice(0, -1)},${JSON.stringify(name)}:${last}}`, key);
  return [
    ['no issuer', withClaims({ iss: undefined })],
    ['another issuer', withClaims({ iss: 'elsewhere' })],
    ['an issuer with a hidden character', withClaims({ iss: 'trainer-inbox\u200b' })],
    ['no audience', withClaims({ aud: undefined })],
    ['another audience', withClaims({ aud: 'other-app' })],
    ['a list of other audiences', withClaims({ aud: ['other-app', 'trainer-inbox'] })],
    ['an audience given twice', twice('aud', '"other-app"')],
    ['no subject', withClaims({ sub: undefined })],
    ['subject 0', withClaims({ sub: '0' })],
    ['a negative subject', withClaims({ sub: '-1' })],
    ['a subject that is a number', withClaims({ sub: Number(claims['sub']) })],
    ['a subject in other digits', withClaims({ sub: '١' })],
    ['a subject with an exponent', withClaims({ sub: '1e0' })],
    ['a subject that is SQL', withClaims({ sub: '1 or 1=1' })],
    ['an endless subject', withClaims({ sub: '9'.repeat(400) })],
    ['somebody else as subject', withClaims({ sub: String(other.userId) })],
    ['a subject given twice', twice('sub', JSON.stringify(String(other.userId)))],
    ['no session', withClaims({ sid: undefined })],
    ['a session that is no UUID', withClaims({ sid: "' or ''='" })],
    ['a session that is a list', withClaims({ sid: [claims['sid']] })],
    ['somebody else’s session', withClaims({ sid: other.sessionId })],
    ['no end', withClaims({ exp: undefined })],
    ['an end that has passed', withClaims({ exp: now - 60 })],
    ['an end that is a text', withClaims({ exp: String(now + 600) })],
    ['an end given twice', twice('exp', '1')],
    ['a beginning that is to come', withClaims({ nbf: now + 600 })],
    ['oneself as actor', withClaims({ act: { sub: claims['sub'] } })],
    ['an admin as actor, in the own session', withClaims({ act: { sub: String(admin.userId) } })],
    ['oneself as actor for a trainer', withClaims({ sub: String(trainerId), act: { sub: claims['sub'] } })],
    [
      'somebody else as actor in an admin’s session',
      withClaims({ sub: String(trainerId), sid: admin.sessionId, act: { sub: String(other.userId) } }),
    ],
    [
      'an actor who acts for a trainee',
      withClaims({ sid: admin.sessionId, act: { sub: String(admin.userId) } }),
    ],
    ['an actor that is a text', withClaims({ act: 'admin' })],
    ['a payload that is a token', forge({ ...HEADER, cty: 'JWT' }, accessToken, key)],
    ['a payload that is a list', forge(HEADER, [claims], key)],
    ['a payload that is null', forge(HEADER, 'null', key)],
    ['a payload that is no JSON', forge(HEADER, 'sub=1', key)],
    ['an empty payload', forge(HEADER, '', key)],
    ['a payload of thousands of levels', forge(HEADER, `${'['.repeat(3_000)}${']'.repeat(3_000)}`, key)],
  ];
}

function wrongSignatures({ claims, secret, accessToken, refreshToken, other }: ForgeryParts): Forgery[] {
  const [header = '', payload = '', signature = ''] = accessToken.split('.');
  const changed = encode({ ...claims, sub: String(other.userId) });
  return [
    ['nothing', ''],
    ['one word', 'token'],
    ['two parts', `${header}.${payload}`],
    ['four parts', `${accessToken}.${signature}`],
    ['five parts', `${encode({ alg: 'dir', enc: 'A256GCM' })}..${signature}.${payload}.${signature}`],
    ['dots', '..'],
    ['no signature', `${header}.${payload}.`],
    ['half a signature', `${header}.${payload}.${signature.slice(0, 20)}`],
    ['a changed payload', `${header}.${changed}.${signature}`],
    ['a changed header', `${encode({ ...HEADER, kid: '1' })}.${payload}.${signature}`],
    ['the signature of another token', `${header}.${changed}.${forge(HEADER, claims, 'x').split('.')[2]}`],
    ['the key of another server', forge(HEADER, claims, accessKey(randomUUID()))],
    ['the secret itself as key', forge(HEADER, claims, secret)],
    [
      'the key of the refresh tokens',
      forge(HEADER, claims, createHmac('sha256', secret).update('refresh token').digest()),
    ],
    ['no key', forge(HEADER, claims, '')],
    ['a key of zeros', forge(HEADER, claims, Buffer.alloc(32))],
    ['a refresh token', refreshToken],
    ['a long token', forge(HEADER, { ...claims, more: 'x'.repeat(5_000) }, 'x')],
  ];
}

/** Access tokens that must all be refused, and all in one way. */
export function forgeTokens(parts: ForgeryParts): readonly Forgery[] {
  return [
    ...wrongSignatures(parts),
    ...wrongAlgorithms(parts),
    ...wrongHeaders(parts),
    ...wrongClaims(parts),
  ];
}
