import { randomUUID } from 'node:crypto';
import type { SeededRandom } from '../../harness/seeded-random.ts';
import { anyJsonText, anyText, spoilBytes, type Ammunition } from './values.ts';

const METHODS = ['GET', 'POST', 'DELETE', 'HEAD', 'PUT', 'PATCH', 'OPTIONS', 'TRACE'];
const ODD_METHODS = ['CONNECT', 'get', 'BREW', 'PROPFIND', 'G\u0000T', ''];
const ROUTES = [
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
  'GET /api/openapi.json',
  'POST /api/auth/login',
  'POST /api/auth/refresh',
  'POST /api/auth/password',
  'GET /api/auth/me',
  'POST /api/auth/impersonate',
  'GET /api/trainers',
  'GET /api/trainees',
  'GET /api/trainees/:id',
  'DELETE /api/trainees/:id',
  'GET /api/messaging/conversations',
  'POST /api/messaging/conversations',
  'GET /api/messaging/conversations/:id',
  'GET /api/messaging/conversations/:id/messages',
  'POST /api/messaging/conversations/:id/messages',
  'POST /api/messaging/conversations/:id/read',
  'GET /api/messaging/unread-count',
  'GET /api/messaging/feed',
  'GET /api/messaging/snapshot',
  'POST /api/push/devices',
  'DELETE /api/push/devices/:id',
];
const QUERY_NAMES = ['cursor', 'limit', 'before', 'after', 'epoch', 'limit[]', '__proto__', ''];
const ODD_CONTENT_TYPES = [
  'application/json; charset=utf-16',
  'application/json;;;',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  '*/*',
  '',
];

function anyPath(random: SeededRandom, route: string, ammunition: Ammunition): string {
  const { ids, epoch } = ammunition;
  const encoded = () => encodeURIComponent(anyText(random).toWellFormed());
  const oddId = () => random.pick([encoded(), '%zz', '9'.repeat(1 + random.below(30)), '0', '-1']);
  const path = route.replace(':id', random.below(4) === 0 ? oddId() : String(random.pick(ids)));
  const oddPath = random.pick<() => string>([
    () => `/${encoded()}`,
    () => `/api/../${encoded()}//`,
    () => `http://elsewhere.test${path}`,
    () => `/${'a/'.repeat(random.below(3_000))}`,
    () => '*',
  ]);
  const parts = Array.from({ length: Math.max(0, random.below(7) - 3) }, () => {
    const value = random.pick<() => string>([
      encoded,
      () => epoch,
      () => String(random.below(1_000)),
      () => Buffer.from(anyJsonText(random, ammunition)).toString('base64url').slice(0, 1_500),
      () => '%',
    ])();
    return `${random.pick(QUERY_NAMES)}=${value}`;
  });
  return [random.below(8) === 0 ? oddPath() : path, parts.join('&')].filter((part) => part !== '').join('?');
}

/** What the route takes, as far as it takes anything. */
function rightBody(random: SeededRandom, route: string, { ids, refreshToken }: Ammunition): unknown {
  const draft = { clientMessageId: randomUUID(), content: anyText(random) || 'An ordinary text' };
  if (route.endsWith('/messages')) return draft;
  if (route.endsWith('/conversations')) return { traineeId: random.pick(ids), ...draft };
  if (route.endsWith('/read')) return { upToSeq: random.below(500) };
  if (route.endsWith('/impersonate')) return { userId: random.pick(ids) };
  if (route.endsWith('/refresh')) return { refreshToken };
  if (route.endsWith('/login')) return { email: 'nobody@demo.test', password: anyText(random) };
  return { token: `device-${random.below(1_000)}`, platform: random.pick(['ios', 'android']) };
}

/** A body as it may be announced and sent, rightly or not. */
function anyBody(
  random: SeededRandom,
  route: string,
  ammunition: Ammunition,
): { headers: string[]; bytes: Buffer } {
  const kind = random.below(10);
  const bytes =
    kind === 0
      ? Buffer.from(Array.from({ length: random.below(200) }, () => random.below(256)))
      : Buffer.from(
          kind < 5 ? JSON.stringify(rightBody(random, route, ammunition)) : anyJsonText(random, ammunition),
        );
  const chunked = (size: string) =>
    Buffer.concat([Buffer.from(`${size}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')]);
  const length = (value: number | string) => [`Content-Length: ${value}`];
  if (random.below(4) > 0) return { headers: length(bytes.length), bytes };
  return random.pick<() => { headers: string[]; bytes: Buffer }>([
    () => ({ headers: length(bytes.length + 1 + random.below(100)), bytes }),
    () => ({ headers: length(random.below(bytes.length + 1)), bytes }),
    () => ({ headers: length(random.pick(['-1', 'abc', '99999999999999999999', '0x10', ''])), bytes }),
    () => ({ headers: ['Transfer-Encoding: chunked'], bytes: chunked(bytes.length.toString(16)) }),
    () => ({
      headers: ['Transfer-Encoding: chunked'],
      bytes: chunked(random.pick(['zz', '-1', 'ffffffffffffffff', ''])),
    }),
    () => ({ headers: ['Transfer-Encoding: chunked', ...length(bytes.length)], bytes }),
    () => ({ headers: ['Transfer-Encoding: gzip'], bytes }),
    () => ({ headers: [], bytes: Buffer.alloc(0) }),
  ])();
}

function anyHeaders(random: SeededRandom, { accessTokens }: Ammunition): string[] {
  const token = random.pick(accessTokens);
  const authorization = random.pick<() => string[]>([
    () => [`Authorization: Bearer ${token}`],
    () => [`Authorization: Bearer ${token}`],
    () => [`Authorization: Bearer ${token}`],
    () => [`authorization: bearer   ${token}`],
    () => [`Authorization: Bearer ${token.slice(0, random.below(token.length))}`],
    () => [`Authorization: Bearer ${token}`, 'Authorization: Basic eDp5'],
    () => ['Authorization: Bearer'],
    () => [],
  ])();
  const others = Array.from({ length: Math.max(0, random.below(9) - 6) }, () =>
    random.pick<() => string>([
      () => `X-${random.below(100)}: ${anyText(random).replaceAll(/\p{Cc}/gu, '')}`,
      () => `X-Long: ${'x'.repeat(random.below(20_000))}`,
      () => 'Expect: 100-continue',
      () => 'Expect: a miracle',
      () => 'Upgrade: websocket',
      () => `Cookie: ${'a=b;'.repeat(random.below(500))}`,
      () => 'Accept-Encoding: gzip;q=nonsense',
      () => 'Range: bytes=0-',
      () => 'X-HTTP-Method-Override: DELETE',
      () => 'no colon at all',
      () => ' : folded',
      () => 'x-request-id: \u00ff\u0001',
    ])(),
  );
  const type = random.below(8) === 0 ? random.pick(ODD_CONTENT_TYPES) : 'application/json';
  return [`Content-Type: ${type}`, ...authorization, ...others];
}

/** The bytes of something like a request. */
export function anyRequest(random: SeededRandom, ammunition: Ammunition): Buffer {
  const [routeMethod = '', route = ''] = random.pick(ROUTES).split(' ');
  const oddMethod = random.pick(random.below(3) === 0 ? ODD_METHODS : METHODS);
  const method = random.below(6) === 0 ? oddMethod : routeMethod;
  const version =
    random.below(30) === 0 ? random.pick(['HTTP/0.9', 'HTTP/2.0', 'HTTP/1.1x', '']) : 'HTTP/1.1';
  const host = random.below(30) === 0 ? [] : ['Host: 127.0.0.1'];
  const body =
    method === 'GET' && random.below(4) > 0
      ? { headers: [], bytes: Buffer.alloc(0) }
      : anyBody(random, route, ammunition);
  const head = [
    `${method} ${anyPath(random, route, ammunition)} ${version}`,
    ...host,
    'Connection: close',
    ...anyHeaders(random, ammunition),
    ...body.headers,
  ];
  const whole = Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body.bytes]);
  if (random.below(4) > 0) return whole;
  return random.pick<() => Buffer>([
    () => whole.subarray(0, random.below(whole.length)),
    () => spoilBytes(random, whole),
    () => Buffer.concat([whole, whole]),
    () => Buffer.from(Array.from({ length: random.below(300) }, () => random.below(256))),
  ])();
}
