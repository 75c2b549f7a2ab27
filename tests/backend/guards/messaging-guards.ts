import { TESTS, type Guard } from './guard.ts';

const OWN = ".where(`c.${side.own}`, '=', viewer.id)";
const NOT_ARCHIVED = ".$if(viewer.role === 'trainee', (query) => query.where('c.is_archived', '=', 0))";

/** Who may see, send and change what. */
export const MESSAGING_GUARDS: readonly Guard[] = [
  ...[
    { what: 'conversations', end: ';' },
    { what: 'unread messages', end: '\n    .executeTakeFirst();' },
  ].flatMap(({ what, end }) => [
    {
      name: `own ${what} only`,
      file: 'backend/messaging/conversation-repository.ts',
      code: `${OWN}\n    ${NOT_ARCHIVED}${end}`,
      without: `${NOT_ARCHIVED}${end}`,
      tests: [...TESTS.ownership, ...TESTS.feed],
    },
    {
      name: `no archived ${what} for trainees`,
      file: 'backend/messaging/conversation-repository.ts',
      code: `${OWN}\n    ${NOT_ARCHIVED}${end}`,
      without: `${OWN}${end}`,
      tests: [...TESTS.removal, ...TESTS.ownership],
    },
  ]),
  {
    name: 'the row of an own conversation only',
    file: 'backend/messaging/conversation-repository.ts',
    code: ".where(`conversations.${SIDE[viewer.role].own}`, '=', viewer.id)",
    tests: TESTS.ownership,
  },
  {
    name: 'no row of an archived conversation for trainees',
    file: 'backend/messaging/conversation-repository.ts',
    code: ".$if(viewer.role === 'trainee', (query) => query.where('is_archived', '=', 0))",
    tests: TESTS.ownership,
  },
  {
    name: 'messages of visible conversations only',
    file: 'backend/messaging/conversations.ts',
    code: 'if (!(await findConversationRow(db, viewer, id))) throw notFound();',
    tests: TESTS.ownership,
  },
  {
    name: 'a read mark never falls',
    file: 'backend/messaging/conversations.ts',
    code: 'Math.max(current, Math.min(upToSeq, row.last_seq))',
    without: 'Math.min(upToSeq, row.last_seq)',
    tests: TESTS.feed,
  },
  {
    name: 'a read mark stops at the last message',
    file: 'backend/messaging/conversations.ts',
    code: 'Math.max(current, Math.min(upToSeq, row.last_seq))',
    without: 'Math.max(current, upToSeq)',
    tests: TESTS.feed,
  },
  {
    name: 'no typing in an archived conversation',
    file: 'backend/messaging/conversations.ts',
    code: 'return row?.is_archived === 0 ? {',
    without: 'return row ? {',
    tests: TESTS.ownership,
  },
  {
    name: 'no message to or from a removed trainee',
    file: 'backend/messaging/sending.ts',
    code: 'if (conversation.is_archived === 1 || !isRelated) {',
    without: 'if (false) {',
    tests: TESTS.ownership,
  },
  {
    name: 'the relation is looked at again under its lock',
    file: 'backend/messaging/sending.ts',
    code: 'if (conversation.is_archived === 1 || !isRelated) {',
    without: 'if (conversation.is_archived === 1) {',
    tests: TESTS.removal,
  },
  {
    name: 'no first message to a removed trainee',
    file: 'backend/messaging/sending.ts',
    code: 'if (!relation && !existing) throw notFound();',
    tests: TESTS.ownership,
  },
  {
    name: 'no message by their name to a removed trainee',
    file: 'backend/messaging/sending.ts',
    code: 'if (!relation) throw conversationArchived();',
    tests: TESTS.ownership,
  },
  {
    name: 'a repeat is looked for under the locks',
    file: 'backend/messaging/sending.ts',
    code: 'if (repeat) return { repeat };\n      const isRelated',
    without: 'const isRelated',
    tests: TESTS.sending,
  },
  {
    name: 'a repeat has the same text',
    file: 'backend/messaging/sending.ts',
    code: 'stored.content === draft.content && isSameThread(stored)',
    without: 'isSameThread(stored)',
    tests: TESTS.sending,
  },
  {
    name: 'a repeat has the same conversation',
    file: 'backend/messaging/sending.ts',
    code: 'stored.content === draft.content && isSameThread(stored)',
    without: 'stored.content === draft.content',
    tests: TESTS.sending,
  },
  {
    name: 'no message is older than the one before',
    file: 'backend/messaging/sending.ts',
    code: 'Math.max(now, conversation.last_message_at)',
    without: 'now',
    tests: TESTS.sending,
  },
  {
    name: 'own trainees only',
    file: 'backend/messaging/trainee-repository.ts',
    code: ".where('profile.trainer_id', '=', trainerId);",
    without: ';',
    tests: TESTS.ownership,
  },
  {
    name: 'a trainee is removed by their own trainer',
    file: 'backend/messaging/trainee-repository.ts',
    code: ".where('trainer_id', from === null ? 'is' : '=', from)",
    tests: TESTS.ownership,
  },
  {
    name: 'a removal that changes nothing is refused',
    file: 'backend/messaging/trainees.ts',
    code: 'if (!hasChanged) throw notFound();',
    tests: TESTS.ownership,
  },
  {
    name: 'the relation is that to this trainer',
    file: 'backend/messaging/trainee-repository.ts',
    code: ".where('user_id', '=', traineeId)\n    .where('trainer_id', '=', trainerId)\n    .forNoKeyUpdate();",
    without: ".where('user_id', '=', traineeId)\n    .forNoKeyUpdate();",
    tests: TESTS.removal,
  },
  {
    name: 'an admin has no conversations',
    file: 'backend/messaging/viewer.ts',
    code: "if (user.role === 'admin') throw forbiddenRole();",
    tests: TESTS.ownership,
  },
  {
    name: 'texts without anything to see are refused',
    file: 'shared/text.ts',
    code: "if (content.replace(INVISIBLE, '') === '') return fail('blank');",
    tests: TESTS.sending,
  },
  {
    name: 'texts that are too long are refused',
    file: 'shared/text.ts',
    code: "if (codePointLength(content) > MESSAGE_MAX_CODE_POINTS) return fail('too_long');",
    tests: TESTS.sending,
  },
  {
    name: 'texts with NUL are refused',
    file: 'shared/text.ts',
    code: "if (text.includes('\\0')) return fail('nul');",
    tests: TESTS.sending,
  },
  {
    name: 'texts with half a character are refused',
    file: 'shared/text.ts',
    code: "if (!text.isWellFormed()) return fail('lone_surrogate');",
    tests: TESTS.sending,
  },
];
