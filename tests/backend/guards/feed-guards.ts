import { TESTS, type Guard } from './guard.ts';

/** What the feed tells. */
export const FEED_GUARDS: readonly Guard[] = [
  {
    name: 'events of conversations that are gone are hidden',
    file: 'backend/messaging/message-repository.ts',
    code: ".$if(viewer.role === 'trainee', (query) => query.where('conversations.is_archived', '=', 0))",
    tests: TESTS.removal,
  },
  {
    name: 'a trainee learns the id alone of what was archived',
    file: 'backend/messaging/feed.ts',
    code: "if (viewer.role === 'trainee') {",
    without: 'if (false) {',
    tests: TESTS.removal,
  },
  {
    name: 'a cursor of another epoch has expired',
    file: 'backend/messaging/feed.ts',
    code: 'if (askedEpoch !== epoch || after > head) throw cursorExpired();',
    without: 'if (after > head) throw cursorExpired();',
    tests: TESTS.feed,
  },
  {
    name: 'a cursor beyond the head has expired',
    file: 'backend/messaging/feed.ts',
    code: 'if (askedEpoch !== epoch || after > head) throw cursorExpired();',
    without: 'if (askedEpoch !== epoch) throw cursorExpired();',
    tests: TESTS.feed,
  },
  {
    name: 'a cursor before what is kept has expired',
    file: 'backend/messaging/feed.ts',
    code: 'if (after < head && rows[0]?.feed_seq !== after + 1) throw cursorExpired();',
    tests: TESTS.feed,
  },
  {
    name: 'a device is forgotten by its owner',
    file: 'backend/push/device-repository.ts',
    code: "await trx.deleteFrom('push_devices').where('user_id', '=', userId).where('token', '=', token).execute();",
    without: "await trx.deleteFrom('push_devices').where('token', '=', token).execute();",
    tests: ['tests/backend/push-devices.test'],
  },
];
