/** Numbers that both sides of the wire hold to. Source: docs/protocol.md sections 2 to 10. */

/** Shorter passwords are not accepted, in UTF-16 units. */
export const PASSWORD_MIN_LENGTH = 10;
/** Longest message, in Unicode code points, after normalisation. */
export const MESSAGE_MAX_CODE_POINTS = 2_000;
/** From this many code points on the composer shows its counter (90 % of the limit). */
export const MESSAGE_COUNTER_FROM = 1_800;
/** Messages in one page of history. */
export const MESSAGE_PAGE_SIZE = 20;
/** Largest page of history that the server gives; larger requests are clamped. */
export const MESSAGE_PAGE_MAX = 100;
/** Conversations, trainees in one page of a list. */
export const LIST_PAGE_SIZE = 50;
/** Feed events in one page. */
export const FEED_PAGE_SIZE = 200;
/** Largest page of anything but messages. */
export const PAGE_MAX = 500;
/** Largest request body and socket frame, in bytes. */
export const BODY_MAX_BYTES = 16 * 1024;
/** Messages that one user may send per rolling minute. */
export const SEND_LIMIT_PER_MINUTE = 30;
/** Reads that one user may make per minute. */
export const READ_LIMIT_PER_MINUTE = 300;
/** Failed sign-ins per minute, per account and address. */
export const LOGIN_FAILURES_PER_MINUTE = 5;
/** Open sockets per user. */
export const SOCKETS_PER_USER = 10;
/** Client events per second that one socket may send. */
export const SOCKET_EVENTS_PER_SECOND = 20;
/** Devices that one user can have registered for push; a further one takes the place of the oldest. */
export const PUSH_DEVICES_PER_USER = 10;
/** Longest registration token of a device, in characters. */
export const PUSH_TOKEN_MAX_LENGTH = 1_024;
/** Milliseconds of silence after which a typing indicator goes away. */
export const TYPING_EXPIRY_MS = 3_000;
/** Milliseconds between two `typing: true` events while a person types. */
export const TYPING_REPEAT_MS = 2_000;
/** Feed events are kept this many days, and at most {@link FEED_RETENTION_EVENTS} of them per user. */
export const FEED_RETENTION_DAYS = 90;
export const FEED_RETENTION_EVENTS = 100_000;
