import type { PrincipalName } from './world.ts';

/**
 * How a door answers, for the active, the archived, the foreign and the unknown subject: the status, with the
 * code of a refusal, or with `text` when the subject's messages are shown and `id` when only its number is.
 */
export type Cells = readonly [string, string, string, string];

/** A line of the table: all four cells for each principal. */
export type Line = Readonly<Record<PrincipalName, Cells>>;

function same(outcome: string): Cells {
  return [outcome, outcome, outcome, outcome];
}

const UNAUTHENTICATED = same('401 unauthenticated');
const ENDED = same('401 session_ended');
const ROLE = same('403 forbidden_role');
const READ_ONLY = same('403 impersonation_read_only');
const NOTHING = same('404 not_found');
const GOOD = same('200');

/** Who has no session is told so everywhere, whatever they ask for. */
const WITHOUT_SESSION = {
  anonymous: UNAUTHENTICATED,
  expired: UNAUTHENTICATED,
  revoked: ENDED,
  deactivated: ENDED,
} as const;

function everybody(cells: Cells): Line {
  return {
    ...WITHOUT_SESSION,
    owner: cells,
    otherTrainer: cells,
    participant: cells,
    otherTrainee: cells,
    removedTrainee: cells,
    impersonator: cells,
    admin: cells,
  };
}

/** A door that needs no session: what is shown at it is not who asks. */
function open(cells: Cells): Line {
  return { ...everybody(cells), anonymous: cells, expired: cells, revoked: cells, deactivated: cells };
}

/** A door to what is one's own, whoever one is, at which an impersonator changes nothing. */
function changesOwn(outcome: string): Line {
  return { ...everybody(same(outcome)), impersonator: READ_ONLY };
}

/** A door for trainers: the owner's cells, and those of the trainer to whom only the foreign subject belongs. */
function trainersOnly(owner: Cells, otherTrainer: Cells, impersonator: Cells): Line {
  return { ...everybody(ROLE), owner, otherTrainer, impersonator };
}

/** A conversation that is read at its own address. */
const READS_CONVERSATION: Line = {
  ...WITHOUT_SESSION,
  owner: ['200 text', '200 text', '404 not_found', '404 not_found'],
  otherTrainer: ['404 not_found', '404 not_found', '200 text', '404 not_found'],
  participant: ['200 text', '404 not_found', '404 not_found', '404 not_found'],
  otherTrainee: NOTHING,
  removedTrainee: NOTHING,
  impersonator: ['200 text', '200 text', '404 not_found', '404 not_found'],
  admin: ROLE,
};

/** A list in which the own conversations are. */
const LISTS_CONVERSATIONS: Line = {
  ...WITHOUT_SESSION,
  owner: ['200 text', '200 text', '200', '200'],
  otherTrainer: ['200', '200', '200 text', '200'],
  participant: ['200 text', '200', '200', '200'],
  otherTrainee: GOOD,
  removedTrainee: GOOD,
  impersonator: ['200 text', '200 text', '200', '200'],
  admin: ROLE,
};

/** Every route with its expectations. HEAD is like GET, without a body. */
export const ROUTE_TABLE: Readonly<Record<string, Line>> = {
  'GET /healthz': open(GOOD),
  'GET /readyz': open(GOOD),
  'GET /metrics': open(UNAUTHENTICATED),
  'GET /api/openapi.json': open(GOOD),
  'POST /api/auth/login': {
    ...open(GOOD),
    anonymous: same('401 invalid_credentials'),
    deactivated: same('401 invalid_credentials'),
  },
  'POST /api/auth/refresh': {
    ...open(GOOD),
    anonymous: ENDED,
    revoked: ENDED,
    deactivated: ENDED,
    impersonator: ENDED,
  },
  'POST /api/auth/logout': everybody(same('204')),
  'POST /api/auth/password': changesOwn('204'),
  'GET /api/auth/me': everybody(GOOD),
  'GET /api/trainers': { ...everybody(ROLE), admin: GOOD },
  'POST /api/auth/impersonate': {
    ...everybody(ROLE),
    impersonator: READ_ONLY,
    admin: ['200', '200', '200', '404 not_found'],
  },
  'GET /api/trainees': trainersOnly(
    ['200 id', '200', '200', '200'],
    ['200', '200', '200 id', '200'],
    ['200 id', '200', '200', '200'],
  ),
  'GET /api/trainees/:id': trainersOnly(
    ['200 id', '404 not_found', '404 not_found', '404 not_found'],
    ['404 not_found', '404 not_found', '200 id', '404 not_found'],
    ['200 id', '404 not_found', '404 not_found', '404 not_found'],
  ),
  'DELETE /api/trainees/:id': trainersOnly(
    ['204', '404 not_found', '404 not_found', '404 not_found'],
    ['404 not_found', '404 not_found', '204', '404 not_found'],
    READ_ONLY,
  ),
  'GET /api/messaging/conversations': LISTS_CONVERSATIONS,
  'POST /api/messaging/conversations': trainersOnly(
    ['201 text', '403 conversation_archived', '404 not_found', '404 not_found'],
    ['404 not_found', '404 not_found', '201 text', '404 not_found'],
    READ_ONLY,
  ),
  'GET /api/messaging/conversations/:id': READS_CONVERSATION,
  'GET /api/messaging/conversations/:id/messages': READS_CONVERSATION,
  'POST /api/messaging/conversations/:id/messages': {
    ...READS_CONVERSATION,
    owner: ['201 text', '403 conversation_archived', '404 not_found', '404 not_found'],
    otherTrainer: ['404 not_found', '404 not_found', '201 text', '404 not_found'],
    participant: ['201 text', '404 not_found', '404 not_found', '404 not_found'],
    impersonator: READ_ONLY,
  },
  'POST /api/messaging/conversations/:id/read': {
    ...READS_CONVERSATION,
    owner: ['200', '200', '404 not_found', '404 not_found'],
    otherTrainer: ['404 not_found', '404 not_found', '200', '404 not_found'],
    participant: ['200', '404 not_found', '404 not_found', '404 not_found'],
    impersonator: READ_ONLY,
  },
  'GET /api/messaging/unread-count': { ...everybody(GOOD), admin: ROLE },
  'GET /api/messaging/feed': {
    ...LISTS_CONVERSATIONS,
    // That the conversation was archived, by its number alone.
    removedTrainee: ['200', '200 id', '200', '200'],
  },
  'GET /api/messaging/snapshot': LISTS_CONVERSATIONS,
  'POST /api/push/devices': changesOwn('201'),
  'DELETE /api/push/devices/:token': changesOwn('204'),
};

/** What keeps a principal from opening a socket at all. */
const WITHOUT_SOCKET = {
  anonymous: same('refused: unauthenticated'),
  expired: same('refused: unauthenticated'),
  revoked: same('refused: session_ended'),
  deactivated: same('refused: session_ended'),
  admin: same('refused: forbidden_role'),
} as const;

/** Every event that a client can emit with its expectations, and `connect`. */
export const EVENT_TABLE: Readonly<Record<string, Line>> = {
  connect: { ...everybody(same('ok')), ...WITHOUT_SOCKET },
  'conversation:focus': {
    ...WITHOUT_SOCKET,
    owner: ['ok', 'ok', 'not_found', 'not_found'],
    otherTrainer: ['not_found', 'not_found', 'ok', 'not_found'],
    participant: ['ok', 'not_found', 'not_found', 'not_found'],
    otherTrainee: same('not_found'),
    removedTrainee: same('not_found'),
    impersonator: same('impersonation_read_only'),
  },
  typing: {
    ...WITHOUT_SOCKET,
    owner: ['ok', 'not_found', 'not_found', 'not_found'],
    otherTrainer: ['not_found', 'not_found', 'ok', 'not_found'],
    participant: ['ok', 'not_found', 'not_found', 'not_found'],
    otherTrainee: same('not_found'),
    removedTrainee: same('not_found'),
    impersonator: same('impersonation_read_only'),
  },
  /** With the access token of the subject's trainer: only one's own renews a socket. */
  auth: {
    ...everybody(same('unauthenticated')),
    ...WITHOUT_SOCKET,
    owner: ['ok', 'ok', 'unauthenticated', 'unauthenticated'],
    otherTrainer: ['unauthenticated', 'unauthenticated', 'ok', 'unauthenticated'],
  },
};
