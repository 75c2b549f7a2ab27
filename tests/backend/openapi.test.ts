import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import { draft, startBackend, type Answer, type Member, type TestBackend } from './start-backend.ts';

const jsonSchema = z.record(z.string(), z.unknown());
const operationSchema = z.object({
  security: z.array(jsonSchema).optional(),
  responses: z.record(
    z.string(),
    z.object({ content: z.record(z.string(), z.object({ schema: jsonSchema })).optional() }),
  ),
});
const documentSchema = z.object({
  openapi: z.string(),
  paths: z.record(z.string(), z.record(z.string(), operationSchema)),
});

let backend: TestBackend;
let paths: z.infer<typeof documentSchema>['paths'];
let jordan: Member;
let maya: Member;
let thread: string;
beforeAll(async () => {
  backend = await startBackend();
  [jordan, maya] = await Promise.all([backend.signIn('trainer'), backend.signIn('maya')]);
  thread = `/api/messaging/conversations/${await backend.conversationWith(maya, jordan.id)}`;
  const document = (await backend.request('GET', '/api/openapi.json')).read(documentSchema);
  expect(document.openapi).toBe('3.1.0');
  paths = document.paths;
});
afterAll(() => backend.destroy());

/** Holds an answer against what the document promises for its path, method and status. */
function expectDescribed(answer: Answer, method: string, path: string): void {
  const response = paths[path]?.[method]?.responses[String(answer.status)];
  expect(response, `${method} ${path} ${answer.status} is described`).toBeDefined();
  const schema = response?.content?.['application/json']?.schema;
  if (answer.text === '') {
    expect(answer.status).toBe(204);
    return;
  }
  expect(schema, `${method} ${path} ${answer.status} has a body`).toBeDefined();
  z.fromJSONSchema(schema ?? {}).parse(JSON.parse(answer.text));
}

describe('the OpenAPI document', () => {
  it('describes every route of the protocol', () => {
    expect(
      Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((m) => `${m} ${path}`)),
    ).toEqual([
      'get /healthz',
      'get /readyz',
      'post /api/auth/login',
      'post /api/auth/refresh',
      'post /api/auth/logout',
      'post /api/auth/password',
      'get /api/auth/me',
      'get /api/trainers',
      'post /api/auth/impersonate',
      'get /api/trainees',
      'get /api/trainees/{id}',
      'delete /api/trainees/{id}',
      'get /api/messaging/conversations',
      'post /api/messaging/conversations',
      'get /api/messaging/conversations/{id}',
      'get /api/messaging/conversations/{id}/messages',
      'post /api/messaging/conversations/{id}/messages',
      'post /api/messaging/conversations/{id}/read',
      'get /api/messaging/unread-count',
      'get /api/messaging/feed',
      'get /api/messaging/snapshot',
    ]);
  });

  it('says which routes need no access token', () => {
    const open = Object.entries(paths).flatMap(([path, item]) =>
      Object.values(item).some(({ security }) => security?.length === 0) ? [path] : [],
    );
    expect(open).toEqual(['/healthz', '/readyz', '/api/auth/login', '/api/auth/refresh']);
  });

  it('is true of what the server answers', async () => {
    const conversation = '/api/messaging/conversations/{id}';
    const { epoch } = (await jordan.get('/api/messaging/snapshot')).read(z.object({ epoch: z.string() }));
    expectDescribed(await maya.post(`${thread}/messages`, draft()), 'post', `${conversation}/messages`);
    expectDescribed(await maya.post(`${thread}/messages`, draft('')), 'post', `${conversation}/messages`);
    expectDescribed(await jordan.post(`${thread}/read`, { upToSeq: 500 }), 'post', `${conversation}/read`);
    const start = { traineeId: maya.id, ...draft() };
    expectDescribed(
      await jordan.post('/api/messaging/conversations', start),
      'post',
      '/api/messaging/conversations',
    );
    expectDescribed(
      await maya.post('/api/messaging/conversations', start),
      'post',
      '/api/messaging/conversations',
    );
    for (const [target, path = target] of [
      ['/healthz'],
      ['/readyz'],
      ['/api/auth/me'],
      ['/api/trainers'],
      ['/api/trainees'],
      [`/api/trainees/${maya.id}`, '/api/trainees/{id}'],
      ['/api/messaging/conversations'],
      [thread, conversation],
      [`${thread}/messages`, `${conversation}/messages`],
      ['/api/messaging/conversations/4000000', conversation],
      ['/api/messaging/unread-count'],
      ['/api/messaging/snapshot'],
      [`/api/messaging/feed?epoch=${epoch}&after=0`, '/api/messaging/feed'],
      [`/api/messaging/feed?epoch=${epoch}&after=999`, '/api/messaging/feed'],
    ] as const) {
      expectDescribed(await jordan.get(target), 'get', path);
    }
    expectDescribed(await jordan.delete(`/api/trainees/${maya.id}`), 'delete', '/api/trainees/{id}');
    const login = { email: 'maya@demo.test', password: 'demo-password' };
    for (const body of [login, { ...login, password: 'wrong' }, {}]) {
      expectDescribed(await backend.request('POST', '/api/auth/login', { body }), 'post', '/api/auth/login');
    }
  });
});
