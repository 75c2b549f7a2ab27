/** An app that could not start three times asks how careful the next start should be. */
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AppUnderTest } from '../harness/app.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';

const SAFE = 0;
const NORMAL = 1;
const COPY = 3;

describe('after three starts that came to nothing (L10)', () => {
  const parts = partsOfThisFile();
  let proxy: FaultProxy;
  let app: AppUnderTest;

  beforeAll(async () => {
    const backend = await parts.backend();
    proxy = await parts.proxy(backend.url);
    app = await parts.app();
    await app.signIn(proxy.url);
  });
  beforeEach(() => pictureOnFailure(app));

  const starts = () => path.join(app.profile, 'starts.json');

  function writeStarts(): void {
    const now = Date.now();
    writeFileSync(starts(), JSON.stringify([now - 3_000, now - 2_000, now - 1_000]));
  }

  async function startAfterFailures(...answers: readonly number[]): Promise<void> {
    await app.quit();
    writeStarts();
    await app.start(answers);
  }

  it('a start that went well does not count, and the next one asks nothing', async () => {
    await eventually(() => existsSync(starts())).toBe(false);
  });

  it('diagnostics can be copied, and hold nothing private', async () => {
    await startAfterFailures(COPY, SAFE);
    const titles = await app.electron.evaluate(() =>
      (Reflect.get(globalThis, 'askedDialogs') as { title: string }[]).map(({ title }) => title),
    );
    expect(titles).toEqual(Array(2).fill('Trainer Inbox did not start properly several times'));
    const copied = await app.electron.evaluate(({ clipboard }) => clipboard.readText());
    expect(copied).toMatch(/^Trainer Inbox \d[\s\S]*window\.painted/);
    expect(copied).not.toMatch(/demo\.test|Jordan|Maya|127\.0\.0\.1/);
  });

  it('a safe start says that it is one, and speaks with nobody', async () => {
    const from = proxy.requests.length;
    await app.page.getByRole('status', { name: /^Safe start: not connected\./ }).waitFor();
    await app.submitSignIn(proxy.url, 'trainer@demo.test');
    await app.page
      .getByRole('alert', { name: /cannot be reached/ })
      .or(app.page.getByText(/cannot be reached/))
      .first()
      .waitFor();
    expect(proxy.requests).toHaveLength(from);
    expect(proxy.liveSockets()).toBe(0);
  });

  it('a normal start is as any other', async () => {
    await startAfterFailures(NORMAL);
    await app.signIn(proxy.url);
    expect(await app.page.getByRole('status', { name: /^Safe start/ }).count()).toBe(0);
    await eventually(() => existsSync(starts())).toBe(false);
  });
});
