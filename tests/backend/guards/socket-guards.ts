import { TESTS, type Guard } from './guard.ts';

/** What sockets may. */
export const SOCKET_GUARDS: readonly Guard[] = [
  {
    name: 'an impersonator holds back no push',
    file: 'backend/realtime/client-events.ts',
    code: 'refuseUnderImpersonation();\n      if (conversationId',
    without: 'if (conversationId',
    tests: TESTS.ownership,
  },
  {
    name: 'an impersonator does not type',
    file: 'backend/realtime/client-events.ts',
    code: 'refuseUnderImpersonation();\n      const open',
    without: 'const open',
    tests: TESTS.ownership,
  },
  {
    name: 'focus on visible conversations only',
    file: 'backend/realtime/client-events.ts',
    code: 'if (conversationId !== null && !(await conversations.isVisible(viewer, conversationId)))\n        throw notFound();',
    tests: TESTS.ownership,
  },
  {
    name: 'a socket is renewed by its own person',
    file: 'backend/realtime/client-events.ts',
    code: 'if (!isSamePerson) throw unauthenticated();',
    tests: TESTS.ownership,
  },
  {
    name: 'pages of other origins open no socket',
    file: 'backend/realtime/gateway.ts',
    code: '!isClosing && isOwnOrigin(request)',
    without: '!isClosing',
    tests: TESTS.sockets,
  },
  {
    name: 'sockets of ended sessions are closed',
    file: 'backend/realtime/gateway.ts',
    code: "if (!live.has(socket.data.principal.sessionId)) endSession(socket, 'revoked');",
    tests: TESTS.sockets,
  },
  {
    name: 'a socket ends with its access token',
    file: 'backend/realtime/gateway.ts',
    code: 'watchExpiry(socket);\n    answerClientEvents',
    without: 'answerClientEvents',
    tests: TESTS.sockets,
  },
  {
    name: 'there is no other namespace',
    file: 'backend/realtime/gateway.ts',
    code: 'io.use((_socket, next) => next(connectRefusal(notFound())));',
    tests: TESTS.sockets,
  },
  {
    name: 'frames end at 16 KiB',
    file: 'backend/realtime/gateway.ts',
    code: 'maxHttpBufferSize: BODY_MAX_BYTES,',
    tests: TESTS.sockets,
  },
  {
    name: 'a packet that cannot be decoded ends no connection',
    file: 'backend/realtime/gateway.ts',
    code: 'parser: packetParser,',
    tests: TESTS.sockets,
  },
];
