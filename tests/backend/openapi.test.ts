import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DescribedApi, documentSchema, type ApiDocument } from './described-api.ts';
import { startBackend, type TestBackend } from './start-backend.ts';

let backend: TestBackend;
let document: ApiDocument;
beforeAll(async () => {
  backend = await startBackend();
  document = (await backend.request('GET', '/api/openapi.json')).read(documentSchema);
});
afterAll(() => backend.destroy());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ name: `${method} ${path}`, path, operation })),
  );

describe('the OpenAPI document', () => {
  it('describes every route of the protocol', () => {
    expect(operations().map(({ name }) => name)).toEqual([
      'get /api/openapi.json',
      'get /healthz',
      'get /readyz',
      'get /metrics',
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
      'post /api/push/devices',
      'delete /api/push/devices/{token}',
    ]);
  });

  it('is OpenAPI 3.1: its schemas compile, and its placeholders are parameters', () => {
    expect(new DescribedApi(document).compileAll()).toBeGreaterThan(100);
    for (const { name, path, operation } of operations()) {
      const placeholders = [...path.matchAll(/\{(\w+)\}/g)].map(([, placeholder]) => placeholder);
      const parameters = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(
        parameters.map((parameter) => parameter.name),
        name,
      ).toEqual(placeholders);
      expect(
        parameters.every(({ required }) => required === true),
        name,
      ).toBe(true);
    }
  });

  it('says which routes need no access token, and what becomes of a wrong one on the others', () => {
    const isOpen = ({ security }: { security?: unknown[] | undefined }) => security?.length === 0;
    const open = operations().filter(({ operation }) => isOpen(operation));
    expect(open.map(({ path }) => path)).toEqual([
      '/api/openapi.json',
      '/healthz',
      '/readyz',
      '/api/auth/login',
      '/api/auth/refresh',
    ]);
    for (const { name, operation } of operations()) {
      if (!isOpen(operation)) expect(Object.keys(operation.responses), name).toContain('401');
    }
  });
});

describe('holding answers against the document', () => {
  const json = new Headers({ 'content-type': 'application/json; charset=utf-8' });
  const health = (status: number, text: string, headers = json) => {
    new DescribedApi(document).check('GET', '/healthz?x=1', { status, headers, text });
  };

  it.each([
    ['a status that is not described', 418, '{"status":"ok"}', json, /does not know get|does not know GET/],
    ['a missing field', 200, '{}', json, /not as described/],
    ['a field that is not described', 200, '{"status":"ok","more":1}', json, /not as described/],
    ['a wrong value', 200, '{"status":"fine"}', json, /not as described/],
    ['a body that is no JSON', 200, 'ok', new Headers({ 'content-type': 'text/plain' }), /is not/],
  ])('finds %s', (_what, status, text, headers, sentence) => {
    expect(() => health(status, text, headers)).toThrow(sentence);
  });

  it('finds a refusal for the moment that does not say until when', () => {
    const api = new DescribedApi(document);
    const text = JSON.stringify({ error: { code: 'unavailable', message: 'Later.' } });
    const check = () => api.check('GET', '/api/messaging/unread-count', { status: 503, headers: json, text });
    expect(check).toThrow(/when to come back/);
  });

  it('finds an answer on a path that is not described', () => {
    const answer = { status: 200, headers: json, text: '{"error":{"code":"x","message":"x"}}' };
    expect(() => new DescribedApi(document).check('GET', '/api/secret', answer)).toThrow(/not described/);
  });

  it('lets a true answer pass', () => {
    expect(() => health(200, '{"status":"ok"}')).not.toThrow();
  });
});
