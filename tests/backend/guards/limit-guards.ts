import { TESTS, type Guard } from './guard.ts';

/** How much of anything is too much. */
export const LIMIT_GUARDS: readonly Guard[] = [
  {
    name: 'failed sign-ins are counted',
    file: 'backend/operations/limiters.ts',
    code: 'await limiter.consume(key);',
    tests: TESTS.limits,
  },
  {
    name: 'sign-ins that succeed are not counted',
    file: 'backend/operations/limiters.ts',
    code: 'if (!hasFailed) await limiter.reward(key);',
    tests: TESTS.accounts,
  },
  {
    name: 'sign-ins are counted for each address',
    file: 'backend/operations/limiters.ts',
    code: '`${account} ${address}`',
    without: 'account',
    tests: TESTS.limits,
  },
  {
    name: 'the account of a sign-in has one spelling',
    file: 'backend/accounts/sessions.ts',
    code: 'signInLimiter.guard(email.toLowerCase(), address',
    without: 'signInLimiter.guard(email, address',
    tests: TESTS.limits,
  },
  {
    name: 'a message over the limit is refused',
    file: 'backend/messaging/send-rate.ts',
    code: 'if (retryAfterSeconds !== null) {',
    without: 'if (false) {',
    tests: TESTS.sending,
  },
  {
    name: 'a sender’s messages are counted',
    file: 'backend/messaging/sending.ts',
    code: '{ userId: sender.id, acceptedAt }',
    without: '{ userId: 0, acceptedAt }',
    tests: TESTS.sending,
  },
  {
    name: 'messages count for a minute',
    file: 'backend/messaging/send-rate.ts',
    code: 'now - time < WINDOW_MS',
    without: 'now - time < WINDOW_MS - 10_000',
    tests: TESTS.limits,
  },
  {
    name: 'a socket’s events are counted',
    file: 'backend/realtime/client-events.ts',
    code: '      count();\n',
    tests: TESTS.sockets,
  },
  {
    name: 'a user’s sockets are counted',
    file: 'backend/realtime/gateway.ts',
    code: 'if (!(await presence.enter(personOf(principal), socket.id))) throw tooManySockets();',
    without: 'await presence.enter(personOf(principal), socket.id);',
    tests: TESTS.sockets,
  },
  {
    name: 'typing is passed on once a second',
    file: 'backend/realtime/typing.ts',
    code: 'if (last && now - last.toldAt < REPEAT_MS) return false;',
    tests: TESTS.sockets,
  },
  {
    name: 'bodies end at 16 KiB',
    file: 'backend/operations/http-server.ts',
    code: 'bodyLimit: BODY_MAX_BYTES,',
    tests: TESTS.http,
  },
  {
    name: 'pages have a largest size',
    file: 'backend/operations/route-schemas.ts',
    code: 'Math.min(limit, maximum)',
    without: 'limit',
    tests: TESTS.feed,
  },
];
