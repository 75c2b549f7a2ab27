import { errorBodySchema } from '../../../shared/wire/rest.ts';
import type { Ack } from '../../../shared/wire/socket.ts';
import { TestSocket } from '../sockets.ts';
import { draft, type Answer } from '../start-backend.ts';
import type { Principal, PrincipalName, StateName, Subject, World } from './world.ts';

/** What is sent to a route besides its path. */
type Body = (subject: Subject, principal: Principal) => unknown;

const PASSWORD = 'demo-password';

/** Bodies by route; a route without one is asked without a body. */
const BODIES: Readonly<Record<string, Body>> = {
  'POST /api/auth/login': (_subject, { email }) => ({ email, password: PASSWORD }),
  'POST /api/auth/refresh': (_subject, { refreshToken }) => ({ refreshToken }),
  'POST /api/auth/password': () => ({ current: PASSWORD, next: PASSWORD }),
  'POST /api/auth/impersonate': ({ trainerId }) => ({ userId: trainerId }),
  'POST /api/messaging/conversations': ({ traineeId, text }) => ({ traineeId, ...draft(text) }),
  'POST /api/messaging/conversations/:id/messages': ({ text }) => draft(text),
  'POST /api/messaging/conversations/:id/read': () => ({ upToSeq: 1 }),
  'POST /api/push/devices': () => ({ token: 'phone', platform: 'android' }),
};

const QUERIES: Readonly<Record<string, (world: World) => string>> = {
  '/api/messaging/conversations/:id/messages': () => '?limit=100',
  '/api/messaging/feed': ({ epoch }) => `?epoch=${epoch}&after=0&limit=500`,
};

/** Asks a route about a subject. */
export async function ask(
  world: World,
  route: string,
  name: PrincipalName,
  state: StateName,
): Promise<Answer> {
  const [method = '', url = ''] = route.split(' ');
  const subject = world.subjects[state];
  const id = url.startsWith('/api/trainees/') ? subject.traineeId : subject.conversationId;
  const query = method === 'POST' ? '' : (QUERIES[url]?.(world) ?? '');
  const answer = await world.as(name, (principal) =>
    world.backend.request(method, url.replace(':id', String(id)) + query, {
      token: principal.accessToken,
      body: BODIES[route]?.(subject, principal),
    }),
  );
  await undo(world, route, name, subject, answer);
  return answer;
}

/** Puts back what an accepted request has changed for the cells after it. */
async function undo(
  world: World,
  route: string,
  name: PrincipalName,
  subject: Subject,
  { status }: Answer,
): Promise<void> {
  if (status !== 204) return;
  if (route.startsWith('DELETE /api/trainees/')) {
    await world.backend.app.trainees.assign(subject.trainerId, subject.traineeId);
  } else if (route.includes('/auth/')) await world.renew(name);
}

/** A cell of the table: the status, and what the answer shows of the subject. */
export function outcomeOf({ status, text }: Answer, { conversationId, text: secret }: Subject): string {
  const shown = text.includes(secret)
    ? 'text'
    : new RegExp(`"conversationId":${conversationId}\\b`).test(text)
      ? 'id'
      : null;
  const refusal = status >= 400 && text !== '' ? errorBodySchema.parse(JSON.parse(text)).error.code : null;
  return [status, refusal, shown].filter((part) => part !== null).join(' ');
}

/** What a person would see of an answer: everything but the request's own id and date. */
export function visible({ status, headers, text }: Answer) {
  const kept = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
  return { status, headers: kept, text };
}

const PAYLOADS: Readonly<Record<string, (subject: Subject, world: World) => unknown>> = {
  'conversation:focus': ({ conversationId }) => ({ conversationId }),
  typing: ({ conversationId }) => ({ conversationId, isTyping: true }),
  auth: ({ trainer }, world) => ({ token: trainer ? world.principal(trainer).accessToken : 'no-token' }),
};

/** The acknowledgement of an event about a subject on a new socket, or the refusal of the socket. */
export async function emit(
  world: World,
  event: string,
  name: PrincipalName,
  state: StateName,
): Promise<Ack | { refusal: unknown }> {
  const subject = world.subjects[state];
  return world.as(name, async ({ accessToken = '' }) => {
    const socket = new TestSocket(world.backend.url, accessToken);
    try {
      const refusal = await Promise.race([
        socket.event('hello').then(() => null),
        socket.refusal().then((error) => ({ refusal: error })),
      ]);
      if (refusal) return refusal;
      if (event === 'connect') return { ok: true as const };
      return await socket.emit(event, PAYLOADS[event]?.(subject, world));
    } finally {
      socket.close();
    }
  });
}
