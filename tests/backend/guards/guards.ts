/** A check without which somebody could do what they must not, and how it is taken away. */
export interface Guard {
  readonly name: string;
  readonly file: string;
  /** The code of the guard, which has to be in the file exactly once. */
  readonly code: string;
  /** What stands in its place when it is gone. */
  readonly without?: string;
  /** Test files (parts of their names) of which at least one has to fail then. */
  readonly tests: readonly string[];
}

const OWNERSHIP = ['tests/backend/ownership/'];
const ACCOUNTS = ['tests/backend/accounts.test'];
const FORGED = ['tests/backend/forged-tokens.test'];
const SENDING = ['tests/backend/sending.test'];
const REMOVAL = ['tests/backend/removal.test'];
const FEED = ['tests/backend/feed.test'];
const SOCKETS = ['tests/backend/sockets.test'];
const LIMITS = ['tests/backend/limits.test'];
const HTTP = ['tests/backend/http.test'];

const ACCOUNT_GUARDS: readonly Guard[] = [
  {
    name: 'routes are for some roles only',
    file: 'backend/accounts/authentication.ts',
    code: 'if (access && !access.includes(principal.user.role)) throw forbiddenRole();',
    tests: OWNERSHIP,
  },
  {
    name: 'an impersonator only reads',
    file: 'backend/accounts/authentication.ts',
    code: 'if (principal.impersonator && !isReading(request) && !isAllowedUnderImpersonation) {',
    without: 'if (false) {',
    tests: OWNERSHIP,
  },
  {
    name: 'reads are counted',
    file: 'backend/accounts/authentication.ts',
    code: 'if (isReading(request)) await parts.readLimiter.count(principal.impersonator?.id ?? principal.user.id);',
    tests: LIMITS,
  },
  ...['typ: TOKEN_TYPE,', 'issuer: ISSUER,', 'audience: AUDIENCE,'].map((code) => ({
    name: `an access token has the right ${code}`,
    file: 'backend/accounts/tokens.ts',
    code,
    tests: FORGED,
  })),
  {
    name: 'an access token has an end',
    file: 'backend/accounts/tokens.ts',
    code: 'currentDate: new Date(clock()),',
    without: 'currentDate: new Date(0),',
    tests: OWNERSHIP,
  },
  {
    name: 'the session in a token is a UUID',
    file: 'backend/accounts/tokens.ts',
    code: 'sid: z.uuid(),',
    without: 'sid: z.string(),',
    tests: FORGED,
  },
  {
    name: 'the subject in a token is an id',
    file: 'backend/accounts/tokens.ts',
    code: '.regex(/^[1-9]\\d{0,15}$/)',
    tests: FORGED,
  },
  {
    name: 'a session is its owner’s alone',
    file: 'backend/accounts/sessions.ts',
    code: 'if (owner.id !== claims.userId) throw unauthenticated();',
    tests: FORGED,
  },
  {
    name: 'an actor acts in their own session',
    file: 'backend/accounts/sessions.ts',
    code: "owner.id === claims.impersonatorId && owner.role === 'admin'",
    without: "owner.role === 'admin'",
    tests: FORGED,
  },
  {
    name: 'an actor is an admin',
    file: 'backend/accounts/sessions.ts',
    code: "owner.id === claims.impersonatorId && owner.role === 'admin'",
    without: 'owner.id === claims.impersonatorId',
    tests: FORGED,
  },
  {
    name: 'an actor acts for trainers only',
    file: 'backend/accounts/sessions.ts',
    code: "target?.user.role === 'trainer';",
    without: 'target !== null;',
    tests: FORGED,
  },
  {
    name: 'an admin impersonates trainers only',
    file: 'backend/accounts/sessions.ts',
    code: "if (target?.user.role !== 'trainer') throw notFound();",
    without: 'if (!target) throw notFound();',
    tests: ACCOUNTS,
  },
  {
    name: 'a refresh token ends after 30 days',
    file: 'backend/accounts/sessions.ts',
    code: 'if (!row || row.expires_at <= clock()) return null;',
    without: 'if (!row) return null;',
    tests: ACCOUNTS,
  },
  {
    name: 'an old refresh token is refused',
    file: 'backend/accounts/sessions.ts',
    code: 'return isInGrace ? next : null;',
    without: 'return next;',
    tests: ACCOUNTS,
  },
  {
    name: 'an old refresh token ends its family',
    file: 'backend/accounts/sessions.ts',
    code: 'await repository.endSession(trx, row.session_id, clock());',
    tests: ACCOUNTS,
  },
  {
    name: 'a new password ends the other sessions',
    file: 'backend/accounts/sessions.ts',
    code: 'await repository.endOtherSessions(trx, principal.user.id, principal.sessionId, clock());',
    tests: ACCOUNTS,
  },
  {
    name: 'a session that has ended is nobody’s',
    file: 'backend/accounts/repository.ts',
    code: ".where('sessions.id', '=', sessionId)\n    .where('sessions.ended_at', 'is', null)",
    without: ".where('sessions.id', '=', sessionId)",
    tests: OWNERSHIP,
  },
  {
    name: 'a deactivated account has no session',
    file: 'backend/accounts/repository.ts',
    code: ".where('sessions.ended_at', 'is', null)\n    .where('users.is_active', '=', 1)\n    .executeTakeFirst();",
    without: ".where('sessions.ended_at', 'is', null)\n    .executeTakeFirst();",
    tests: OWNERSHIP,
  },
  {
    name: 'a deactivated account cannot sign in',
    file: 'backend/accounts/repository.ts',
    code: ".where(column, '=', value)\n    .where('is_active', '=', 1)",
    without: ".where(column, '=', value)",
    tests: OWNERSHIP,
  },
  {
    name: 'sockets of ended sessions are found',
    file: 'backend/accounts/repository.ts',
    code: ".where('sessions.id', 'in', sessionIds)\n    .where('sessions.ended_at', 'is', null)",
    without: ".where('sessions.id', 'in', sessionIds)",
    tests: SOCKETS,
  },
  {
    name: 'sockets of deactivated accounts are found',
    file: 'backend/accounts/repository.ts',
    code: ".where('sessions.ended_at', 'is', null)\n    .where('users.is_active', '=', 1)\n    .execute();",
    without: ".where('sessions.ended_at', 'is', null)\n    .execute();",
    tests: SOCKETS,
  },
];

const LIMIT_GUARDS: readonly Guard[] = [
  {
    name: 'failed sign-ins are counted',
    file: 'backend/operations/limiters.ts',
    code: 'await limiter.consume(key);',
    tests: LIMITS,
  },
  {
    name: 'sign-ins that succeed are not counted',
    file: 'backend/operations/limiters.ts',
    code: 'if (!hasFailed) await limiter.reward(key);',
    tests: ACCOUNTS,
  },
  {
    name: 'sign-ins are counted for each address',
    file: 'backend/operations/limiters.ts',
    code: '`${account} ${address}`',
    without: 'account',
    tests: LIMITS,
  },
  {
    name: 'the account of a sign-in has one spelling',
    file: 'backend/accounts/sessions.ts',
    code: 'signInLimiter.guard(email.toLowerCase(), address',
    without: 'signInLimiter.guard(email, address',
    tests: LIMITS,
  },
  ...['sender', 'trainer'].map((who) => ({
    name: `the ${who}’s messages are counted`,
    file: 'backend/messaging/sending.ts',
    code: `await takeSendToken(trx, ${who}.id, acceptedAt, now, sendLimitPerMinute);`,
    tests: SENDING,
  })),
  {
    name: 'messages count for a minute',
    file: 'backend/messaging/send-rate.ts',
    code: 'now - time < WINDOW_MS',
    without: 'now - time < WINDOW_MS - 10_000',
    tests: LIMITS,
  },
  {
    name: 'a socket’s events are counted',
    file: 'backend/realtime/client-events.ts',
    code: '      count();\n',
    tests: SOCKETS,
  },
  {
    name: 'a user’s sockets are counted',
    file: 'backend/realtime/gateway.ts',
    code: 'if (!(await presence.enter(personOf(principal), socket.id))) throw tooManySockets();',
    without: 'await presence.enter(personOf(principal), socket.id);',
    tests: SOCKETS,
  },
  {
    name: 'typing is passed on once a second',
    file: 'backend/realtime/typing.ts',
    code: 'if (last && now - last.toldAt < REPEAT_MS) return false;',
    tests: SOCKETS,
  },
  {
    name: 'bodies end at 16 KiB',
    file: 'backend/operations/http-server.ts',
    code: 'bodyLimit: BODY_MAX_BYTES,',
    tests: HTTP,
  },
  {
    name: 'pages have a largest size',
    file: 'backend/operations/route-schemas.ts',
    code: 'Math.min(limit, maximum)',
    without: 'limit',
    tests: FEED,
  },
];

const OWN = ".where(`c.${side.own}`, '=', viewer.id)";
const NOT_ARCHIVED = ".$if(viewer.role === 'trainee', (query) => query.where('c.is_archived', '=', 0))";

const MESSAGING_GUARDS: readonly Guard[] = [
  ...[
    { what: 'conversations', end: ';' },
    { what: 'unread messages', end: '\n    .executeTakeFirst();' },
  ].flatMap(({ what, end }) => [
    {
      name: `own ${what} only`,
      file: 'backend/messaging/conversation-repository.ts',
      code: `${OWN}\n    ${NOT_ARCHIVED}${end}`,
      without: `${NOT_ARCHIVED}${end}`,
      tests: [...OWNERSHIP, ...FEED],
    },
    {
      name: `no archived ${what} for trainees`,
      file: 'backend/messaging/conversation-repository.ts',
      code: `${OWN}\n    ${NOT_ARCHIVED}${end}`,
      without: `${OWN}${end}`,
      tests: [...REMOVAL, ...OWNERSHIP],
    },
  ]),
  {
    name: 'the row of an own conversation only',
    file: 'backend/messaging/conversation-repository.ts',
    code: ".where(SIDE[viewer.role].own, '=', viewer.id)",
    tests: OWNERSHIP,
  },
  {
    name: 'no row of an archived conversation for trainees',
    file: 'backend/messaging/conversation-repository.ts',
    code: ".$if(viewer.role === 'trainee', (query) => query.where('is_archived', '=', 0))",
    tests: OWNERSHIP,
  },
  {
    name: 'messages of visible conversations only',
    file: 'backend/messaging/conversations.ts',
    code: 'if (!(await findConversationRow(db, viewer, id))) throw notFound();',
    tests: OWNERSHIP,
  },
  {
    name: 'a read mark never falls',
    file: 'backend/messaging/conversations.ts',
    code: 'Math.max(current, Math.min(upToSeq, row.last_seq))',
    without: 'Math.min(upToSeq, row.last_seq)',
    tests: FEED,
  },
  {
    name: 'a read mark stops at the last message',
    file: 'backend/messaging/conversations.ts',
    code: 'Math.max(current, Math.min(upToSeq, row.last_seq))',
    without: 'Math.max(current, upToSeq)',
    tests: FEED,
  },
  {
    name: 'no typing in an archived conversation',
    file: 'backend/messaging/conversations.ts',
    code: 'return row?.is_archived === 0 ? {',
    without: 'return row ? {',
    tests: OWNERSHIP,
  },
  {
    name: 'no message to or from a removed trainee',
    file: 'backend/messaging/sending.ts',
    code: 'if (conversation.is_archived === 1 || !isRelated) {',
    without: 'if (false) {',
    tests: OWNERSHIP,
  },
  {
    name: 'the relation is looked at again under its lock',
    file: 'backend/messaging/sending.ts',
    code: 'if (conversation.is_archived === 1 || !isRelated) {',
    without: 'if (conversation.is_archived === 1) {',
    tests: REMOVAL,
  },
  {
    name: 'no first message to a removed trainee',
    file: 'backend/messaging/sending.ts',
    code: 'if (!isRelated) throw existing ? conversationArchived() : notFound();',
    tests: OWNERSHIP,
  },
  {
    name: 'a repeat is looked for again under the locks',
    file: 'backend/messaging/sending.ts',
    code: 'if (repeat) return { message: repeat, rows: null };',
    tests: SENDING,
  },
  {
    name: 'a repeat has the same text',
    file: 'backend/messaging/sending.ts',
    code: 'stored.content === draft.content && isSameThread(stored)',
    without: 'isSameThread(stored)',
    tests: SENDING,
  },
  {
    name: 'a repeat has the same conversation',
    file: 'backend/messaging/sending.ts',
    code: 'stored.content === draft.content && isSameThread(stored)',
    without: 'stored.content === draft.content',
    tests: SENDING,
  },
  {
    name: 'no message is older than the one before',
    file: 'backend/messaging/sending.ts',
    code: 'Math.max(now, conversation.last_message_at)',
    without: 'now',
    tests: SENDING,
  },
  {
    name: 'own trainees only',
    file: 'backend/messaging/trainee-repository.ts',
    code: ".where('profile.trainer_id', '=', trainerId);",
    without: ';',
    tests: OWNERSHIP,
  },
  {
    name: 'a trainee is removed by their own trainer',
    file: 'backend/messaging/trainee-repository.ts',
    code: ".where('trainer_id', from === null ? 'is' : '=', from)",
    tests: OWNERSHIP,
  },
  {
    name: 'a removal that changes nothing is refused',
    file: 'backend/messaging/trainees.ts',
    code: 'if (!hasChanged) throw notFound();',
    tests: OWNERSHIP,
  },
  {
    name: 'the relation is that to this trainer',
    file: 'backend/messaging/trainee-repository.ts',
    code: 'return row?.trainer_id === trainerId;',
    without: 'return row !== undefined;',
    tests: REMOVAL,
  },
  {
    name: 'an admin has no conversations',
    file: 'backend/messaging/viewer.ts',
    code: "if (user.role === 'admin') throw forbiddenRole();",
    tests: OWNERSHIP,
  },
  {
    name: 'texts without anything to see are refused',
    file: 'shared/text.ts',
    code: "if (content.replace(INVISIBLE, '') === '') return fail('blank');",
    tests: SENDING,
  },
  {
    name: 'texts that are too long are refused',
    file: 'shared/text.ts',
    code: "if (codePointLength(content) > MESSAGE_MAX_CODE_POINTS) return fail('too_long');",
    tests: SENDING,
  },
  {
    name: 'texts with NUL are refused',
    file: 'shared/text.ts',
    code: "if (text.includes('\\0')) return fail('nul');",
    tests: SENDING,
  },
  {
    name: 'texts with half a character are refused',
    file: 'shared/text.ts',
    code: "if (!text.isWellFormed()) return fail('lone_surrogate');",
    tests: SENDING,
  },
];

const FEED_GUARDS: readonly Guard[] = [
  {
    name: 'events of conversations that are gone are hidden',
    file: 'backend/messaging/feed.ts',
    code: 'return conversation && message ? {',
    without: 'return message ? {',
    tests: REMOVAL,
  },
  {
    name: 'a trainee learns the id alone of what was archived',
    file: 'backend/messaging/feed.ts',
    code: "if (viewer.role === 'trainee') {",
    without: 'if (false) {',
    tests: REMOVAL,
  },
  {
    name: 'a cursor of another epoch has expired',
    file: 'backend/messaging/feed.ts',
    code: 'if (askedEpoch !== epoch || after > head) throw cursorExpired();',
    without: 'if (after > head) throw cursorExpired();',
    tests: FEED,
  },
  {
    name: 'a cursor beyond the head has expired',
    file: 'backend/messaging/feed.ts',
    code: 'if (askedEpoch !== epoch || after > head) throw cursorExpired();',
    without: 'if (askedEpoch !== epoch) throw cursorExpired();',
    tests: FEED,
  },
  {
    name: 'a cursor before what is kept has expired',
    file: 'backend/messaging/feed.ts',
    code: 'if (after < head && rows[0]?.feed_seq !== after + 1) throw cursorExpired();',
    tests: FEED,
  },
  {
    name: 'a device is forgotten by its owner',
    file: 'backend/push/device-repository.ts',
    code: "await trx.deleteFrom('push_devices').where('user_id', '=', userId).where('token', '=', token).execute();",
    without: "await trx.deleteFrom('push_devices').where('token', '=', token).execute();",
    tests: ['tests/backend/push-devices.test'],
  },
];

const SOCKET_GUARDS: readonly Guard[] = [
  {
    name: 'an impersonator holds back no push',
    file: 'backend/realtime/client-events.ts',
    code: 'refuseUnderImpersonation();\n      if (conversationId',
    without: 'if (conversationId',
    tests: OWNERSHIP,
  },
  {
    name: 'an impersonator does not type',
    file: 'backend/realtime/client-events.ts',
    code: 'refuseUnderImpersonation();\n      const open',
    without: 'const open',
    tests: OWNERSHIP,
  },
  {
    name: 'focus on visible conversations only',
    file: 'backend/realtime/client-events.ts',
    code: 'if (conversationId !== null && !(await conversations.isVisible(viewer, conversationId)))\n        throw notFound();',
    tests: OWNERSHIP,
  },
  {
    name: 'a socket is renewed by its own person',
    file: 'backend/realtime/client-events.ts',
    code: 'if (!isSamePerson) throw unauthenticated();',
    tests: OWNERSHIP,
  },
  {
    name: 'pages of other origins open no socket',
    file: 'backend/realtime/gateway.ts',
    code: '!isClosing && isOwnOrigin(request)',
    without: '!isClosing',
    tests: SOCKETS,
  },
  {
    name: 'sockets of ended sessions are closed',
    file: 'backend/realtime/gateway.ts',
    code: "if (!live.has(socket.data.principal.sessionId)) endSession(socket, 'revoked');",
    tests: SOCKETS,
  },
  {
    name: 'a socket ends with its access token',
    file: 'backend/realtime/gateway.ts',
    code: 'watchExpiry(socket);\n    answerClientEvents',
    without: 'answerClientEvents',
    tests: SOCKETS,
  },
  {
    name: 'there is no other namespace',
    file: 'backend/realtime/gateway.ts',
    code: 'io.use((_socket, next) => next(connectRefusal(notFound())));',
    tests: SOCKETS,
  },
  {
    name: 'frames end at 16 KiB',
    file: 'backend/realtime/gateway.ts',
    code: 'maxHttpBufferSize: BODY_MAX_BYTES,',
    tests: SOCKETS,
  },
  {
    name: 'a packet that cannot be decoded ends no connection',
    file: 'backend/realtime/gateway.ts',
    code: 'parser: packetParser,',
    tests: SOCKETS,
  },
];

const HTTP_GUARDS: readonly Guard[] = [
  {
    name: 'only JSON is read',
    file: 'backend/operations/http-server.ts',
    code: 'app.removeAllContentTypeParsers();',
    without: "app.removeContentTypeParser('application/json');",
    tests: HTTP,
  },
  {
    name: 'JSON changes no prototype',
    file: 'backend/operations/http-server.ts',
    code: "app.getDefaultJsonParser('error', 'error')",
    without: "app.getDefaultJsonParser('ignore', 'ignore')",
    tests: HTTP,
  },
  {
    name: 'a client does not choose its request id',
    file: 'backend/operations/http-server.ts',
    code: 'requestIdHeader: false,',
    without: "requestIdHeader: 'x-request-id',",
    tests: HTTP,
  },
  {
    name: 'late requests are looked for',
    file: 'backend/operations/http-server.ts',
    code: 'connectionsCheckingInterval: LATENESS_CHECK_MS,',
    tests: HTTP,
  },
  {
    name: 'an id that is none names nothing',
    file: 'backend/operations/error-answers.ts',
    code: "if (error.validationContext === 'params') return notFound();",
    tests: HTTP,
  },
];

/** The guards of the backend. A new check belongs here, with the tests that miss it. */
export const GUARDS: readonly Guard[] = [
  ...ACCOUNT_GUARDS,
  ...LIMIT_GUARDS,
  ...MESSAGING_GUARDS,
  ...FEED_GUARDS,
  ...SOCKET_GUARDS,
  ...HTTP_GUARDS,
];
