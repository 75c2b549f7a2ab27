import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Log } from '../../electron/engine-api.ts';
import { createDispatch } from '../../electron/ipc/dispatch.ts';
import { type IpcHandlers, ipcTable } from '../../shared/ipc.ts';
import { ok } from '../../shared/result.ts';
import { malformedCall, wellFormedCalls } from '../harness/malformed-inputs.ts';
import { seededRandom } from '../harness/seeded-random.ts';

interface Seen {
  readonly calls: { readonly name: string; readonly input: unknown }[];
  readonly lines: string[];
}

/** Handlers that note each call and answer `null`, with the given ones in place of theirs. */
function dispatchWith(overrides: Partial<IpcHandlers> = {}) {
  const seen: Seen = { calls: [], lines: [] };
  const log: Log = (event, facts) => void seen.lines.push(`${event} ${JSON.stringify(facts ?? {})}`);
  const noted = Object.keys(ipcTable).map((name) => [
    name,
    (input: unknown) => {
      seen.calls.push({ name, input });
      return ok(null);
    },
  ]);
  const handlers = { ...Object.fromEntries(noted), ...overrides } as IpcHandlers;
  return { dispatch: createDispatch(handlers, log), seen };
}

describe('calls from the window', () => {
  it('reach the handler of their name with the checked input', async () => {
    const { dispatch, seen } = dispatchWith();
    const answer = await dispatch('typing.set', { peerId: 7, isTyping: true });
    expect(answer).toEqual(ok(null));
    expect(seen.calls).toEqual([{ name: 'typing.set', input: { peerId: 7, isTyping: true } }]);
  });

  it('hand on what the schema made of the input, not the input itself', async () => {
    const { dispatch, seen } = dispatchWith();
    const clientMessageId = '0198C0DE-0000-7000-8000-0123456789AB';
    await dispatch('outbox.retry', { clientMessageId });
    expect(seen.calls[0]?.input).toEqual({ clientMessageId: clientMessageId.toLowerCase() });
  });

  it.each([
    'nothing.known',
    '',
    'toString',
    '__proto__',
    'constructor',
    'hasOwnProperty',
    undefined,
    null,
    7,
    {},
    ['app.view'],
    Symbol.iterator,
  ])('are refused as invalid input when the name is %s', async (name) => {
    const { dispatch, seen } = dispatchWith();
    const answer = await dispatch(name, {});
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(seen.calls).toEqual([]);
  });

  it.each([
    ['app.view', undefined],
    ['app.view', null],
    ['app.view', { extra: 1 }],
    ['messages.page', { peerId: '1', beforeSeq: null }],
    ['messages.page', { peerId: -1, beforeSeq: null }],
    ['messages.page', { peerId: 1.5, beforeSeq: null }],
    ['messages.page', { peerId: Number.MAX_SAFE_INTEGER + 2, beforeSeq: null }],
    ['outbox.enqueue', { clientMessageId: 'not-a-uuid', peerId: 1, content: 'Hello' }],
    ['outbox.enqueue', { peerId: 1, content: 'Hello' }],
    ['session.signOut', { unsent: 'burn' }],
    ['window.painted', { screen: 'settings' }],
    ['clipboard.write', { text: 'x'.repeat(100_001) }],
  ])('of %s are refused as invalid input when the input is %j', async (name, input) => {
    const { dispatch, seen } = dispatchWith();
    const answer = await dispatch(name, input);
    expect(answer).toMatchObject({ ok: false, error: { code: 'invalid_input' } });
    expect(seen.calls).toEqual([]);
  });

  it('answer with a typed result whatever the window sends', async () => {
    const { dispatch } = dispatchWith();
    const names = fc.oneof(fc.constantFrom(...Object.keys(ipcTable)), fc.string(), fc.anything());
    await fc.assert(
      fc.asyncProperty(
        names,
        fc.anything({ withBigInt: true, withDate: true, withMap: true }),
        async (name, input) => {
          const answer = await dispatch(name, input);
          if (!answer.ok) expect(answer.error.code).toBe('invalid_input');
        },
      ),
      { numRuns: 500 },
    );
  });

  it('refuse ten thousand inputs that are wrong in one place each, and no right one (G10)', async () => {
    const { dispatch, seen } = dispatchWith();
    for (const { name, input } of wellFormedCalls())
      expect(await dispatch(name, input), name).toEqual(ok(null));
    expect(seen.calls).toHaveLength(Object.keys(ipcTable).length);
    const random = seededRandom(20_261_123);
    const tried = new Set<string>();
    for (let number = 0; number < 10_000; number += 1) {
      const { name, input } = malformedCall(random);
      const answer = await dispatch(name, input);
      if (answer.ok) expect.fail(`${name} took ${inspect(input)}`);
      expect(answer.error.code).toBe('invalid_input');
      tried.add(name);
    }
    expect(seen.calls).toHaveLength(Object.keys(ipcTable).length);
    expect(tried.size).toBe(Object.keys(ipcTable).length);
  });

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('Maya said: my knee hurts');
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('Maya said: my knee hurts'))],
  ])('answer `unexpected` when the handler %s, and log no private text', async (_how, handler) => {
    const { dispatch, seen } = dispatchWith({ 'conversations.list': handler });
    const answer = await dispatch('conversations.list', {});
    expect(answer).toMatchObject({ ok: false, error: { code: 'unexpected' } });
    expect(JSON.stringify(answer)).not.toContain('knee');
    expect(seen.lines).toEqual(['ipc.failed {"call":"conversations.list","error":"TypeError"}']);
  });

  it('log no input when they refuse it', async () => {
    const { dispatch, seen } = dispatchWith();
    await dispatch('session.signIn', {
      server: 's',
      email: 'maya@demo.test',
      password: 'secret',
      more: true,
    });
    await dispatch('secret', {});
    expect(seen.lines.join()).not.toMatch(/secret|maya/);
  });
});
