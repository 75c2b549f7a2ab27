import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../electron/engine.ts';
import type { Engine } from '../../electron/engine-api.ts';
import { systemClock } from '../../electron/sync/clock.ts';
import { openSocket } from '../../electron/sync/connection.ts';
import { type Backend, startBackend } from '../harness/backend.ts';

describe('an app that remembers an account', () => {
  let backend: Backend;
  let dataDir: string;

  function engine(): Engine {
    return createEngine({
      dataDir,
      clock: systemClock,
      random: Math.random,
      fetch: globalThis.fetch,
      openSocket,
      vault: {
        isAvailable: true,
        seal: (text) => Buffer.from(text, 'utf16le'),
        open: (sealed) => Buffer.from(sealed).toString('utf16le'),
      },
      log: () => {},
      publish: () => {},
    });
  }

  beforeAll(async () => {
    backend = await startBackend();
    dataDir = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-start-up-'));
    const first = engine();
    first.start();
    const credentials = { email: 'maya@demo.test', password: 'demo-password', isDemo: false };
    expect(await first.signIn({ server: backend.url, ...credentials })).toMatchObject({ ok: true });
    first.stop();
  }, 30_000);

  afterAll(async () => {
    await backend.dispose();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('opens it at once', () => {
    const next = engine();
    next.start();
    expect(next.view().session?.user.email).toBe('maya@demo.test');
    next.stop();
  });

  it('opens it when it was started for that very server', () => {
    const next = engine();
    next.start((origin) => origin === backend.url);
    expect(next.view().session?.server).toBe(backend.url);
    next.stop();
  });

  it('leaves it alone when it was started for another server or for the demo, and still knows it', () => {
    const next = engine();
    next.start(() => false);
    expect(next.view()).toMatchObject({
      session: null,
      signIn: { server: backend.url, email: 'maya@demo.test' },
    });
    next.stop();
  });
});
