import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEngine } from '../../electron/engine.ts';
import type { Engine } from '../../electron/engine-api.ts';
import { createHandlers, type ShellParts } from '../../electron/ipc/handlers.ts';
import { systemClock } from '../../electron/sync/clock.ts';
import { openSocket } from '../../electron/sync/connection.ts';
import { fail, ok } from '../../shared/result.ts';
import { DESKTOP, UPDATES } from '../harness/desktop-view.ts';

const NO_DEMO = fail({ code: 'unexpected' } as const);

describe('what the shell answers itself', () => {
  let dataDir: string;
  let engine: Engine;
  let steps: string[];

  function handlersWith(parts: Partial<ShellParts> = {}) {
    return createHandlers({
      engine,
      version: '1.2.3',
      changeNumber: () => 5,
      firstView: Promise.resolve(),
      server: null,
      demo: {
        enter: async () => NO_DEMO,
        leave: async () => void steps.push('left the demo'),
        reset: async () => NO_DEMO,
      },
      language: {
        view: { choice: 'system', shown: 'es' },
        choose: (choice) => void steps.push(`speaks ${choice}`),
      },
      desktop: {
        view: () => DESKTOP,
        configure: ({ closeToTray }) => void steps.push(`closes to tray: ${closeToTray}`),
        pause: (length) => void steps.push(`paused for ${length}`),
        test: async () => true,
        lookAt: (peerId) => void steps.push(`looks at ${peerId}`),
        takeRequestedPeer: () => 7,
      },
      updates: {
        view: UPDATES,
        check: async () => void steps.push('looks for an update'),
        install: async () => void steps.push('installs the update'),
      },
      closeWindow: (choice) => void steps.push(`closing: ${choice}`),
      painted: (screen) => void steps.push(`painted ${screen}`),
      diagnostics: { read: () => 'facts', save: async () => ok({ isSaved: true }) },
      openLink: async (link) => {
        steps.push(`opened ${link}`);
        return ok(null);
      },
      run: {
        view: () => ({ isSafeStart: false, hasFailed: false }),
        noteFailure: (where, error) => void steps.push(`failed: ${where} ${String(error)}`),
      },
      place: { current: () => null, keep: ({ openPeerId }) => void steps.push(`is at ${openPeerId}`) },
      restart: () => void steps.push('restarted'),
      copy: async (text) => void steps.push(`copied ${text}`),
      ...parts,
    });
  }

  beforeEach(() => {
    steps = [];
    dataDir = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-handlers-'));
    engine = createEngine({
      dataDir,
      clock: systemClock,
      random: Math.random,
      fetch: globalThis.fetch,
      openSocket,
      vault: { isAvailable: false, seal: () => new Uint8Array(), open: () => null },
      log: () => {},
      publish: () => {},
    });
    engine.start();
  });

  afterEach(() => {
    engine.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('the first view is the engine’s, with the version, the language and the number of the newest change', async () => {
    const answer = await handlersWith()['app.view']({});
    expect(answer).toEqual(
      ok({
        ...engine.view(),
        version: '1.2.3',
        changeNumber: 5,
        language: { choice: 'system', shown: 'es' },
        desktop: DESKTOP,
        updates: UPDATES,
        requestedPeerId: 7,
        place: null,
        run: { isSafeStart: false, hasFailed: false },
      }),
    );
  });

  it('the first view waits for what it is told to wait for', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let isAnswered = false;
    const answer = Promise.resolve(handlersWith({ firstView: promise })['app.view']({})).then((result) => {
      isAnswered = true;
      return result;
    });
    await new Promise(setImmediate);
    expect(isAnswered).toBe(false);
    resolve();
    expect(await answer).toMatchObject({ ok: true });
  });

  it('the sign-in screen offers the server that the app was started for', async () => {
    const answer = await handlersWith({ server: 'https://inbox.example' })['app.view']({});
    expect(answer).toMatchObject({ ok: true, value: { signIn: { server: 'https://inbox.example' } } });
  });

  it('signing out leaves the demo', async () => {
    await handlersWith()['session.signOut']({ unsent: 'ask' });
    expect(steps).toEqual(['left the demo']);
  });

  it('a sign-in that failed leaves everything as it was', async () => {
    const input = { server: 'not a server', email: 'maya@demo.test', password: 'x' };
    expect(await handlersWith()['session.signIn'](input)).toMatchObject({ ok: false });
    expect(steps).toEqual([]);
  });

  it('painted screens, copied texts and a chosen language reach the desktop', async () => {
    const handlers = handlersWith();
    expect(await handlers['window.painted']({ screen: 'inbox' })).toEqual(ok(null));
    expect(await handlers['clipboard.write']({ text: 'Hello' })).toEqual(ok(null));
    expect(await handlers['link.open']({ link: 'https://example.com' })).toEqual(ok(null));
    expect(await handlers['language.choose']({ choice: 'pt-BR' })).toEqual(ok(null));
    expect(steps).toEqual(['painted inbox', 'copied Hello', 'opened https://example.com', 'speaks pt-BR']);
  });

  it('settings, pauses, test notifications and what was chosen at closing reach the desktop', async () => {
    const handlers = handlersWith();
    const settings = { ...DESKTOP.settings, closeToTray: false };
    expect(await handlers['desktop.configure'](settings)).toEqual(ok(null));
    expect(await handlers['desktop.pause']({ length: '60' })).toEqual(ok(null));
    expect(await handlers['notifications.test']({})).toEqual(ok({ wasShown: true }));
    expect(await handlers['window.close']({ choice: 'quit' })).toEqual(ok(null));
    expect(await handlers['updates.check']({})).toEqual(ok(null));
    expect(await handlers['updates.install']({})).toEqual(ok(null));
    expect(await handlers['focus.set']({ peerId: 4 })).toMatchObject({ ok: false });
    expect(steps).toEqual([
      'closes to tray: false',
      'paused for 60',
      'closing: quit',
      'looks for an update',
      'installs the update',
      'looks at 4',
    ]);
  });

  it('the page’s place, its failures and a wish for a fresh start reach the shell', async () => {
    const handlers = handlersWith();
    const place = { openTraineeId: null, drafts: [], reading: null };
    expect(
      await handlers['place.keep']({ ...place, panel: 'messages', openPeerId: 4, filter: 'all' }),
    ).toEqual(ok(null));
    expect(await handlers['window.failed']({ kind: 'TypeError' })).toEqual(ok(null));
    expect(await handlers['app.restart']({})).toEqual(ok(null));
    expect(steps).toEqual(['is at 4', 'failed: window TypeError', 'restarted']);
  });
});
