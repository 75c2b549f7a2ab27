import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { createPlaceKeeper } from '../../electron/desktop/place.ts';
import { openPreferences } from '../../electron/desktop/preferences.ts';
import type { Place } from '../../shared/place.ts';
import type { SessionView } from '../../shared/views.ts';
import { ME } from '../renderer/memory-inbox.ts';

const SIGN_IN = { server: '', email: '', ended: null, unsentCount: 0 };
const SESSION: SessionView = {
  user: ME,
  server: 'https://inbox.example',
  isDemo: false,
  isRemembered: true,
  impersonator: null,
};
const PLACE: Place = {
  panel: 'messages',
  openPeerId: 4,
  openTraineeId: null,
  filter: 'unread',
  drafts: [{ peerId: 4, text: 'half a thought' }],
  reading: { peerId: 4, seq: 17 },
};

describe('where the person was (L5)', () => {
  let folder: string;
  let session: SessionView | null;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-place-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    session = SESSION;
  });

  /** A start of the app on this profile. */
  function started() {
    const preferences = openPreferences(folder, () => {});
    return createPlaceKeeper({
      session: () => session,
      remembered: () => preferences.current.place,
      remember: (place) => preferences.change({ place }),
    });
  }

  it('is gone back to after a restart: thread, the message in view, panel and filter, but nothing typed', () => {
    const first = started();
    expect(first.current()).toBeNull();
    first.keep({ ...PLACE, reading: null });
    first.keep(PLACE);
    first.stop();
    expect(started().current()).toEqual({ ...PLACE, drafts: [] });
    expect(readFileSync(path.join(folder, 'preferences.json'), 'utf8')).not.toContain('half a thought');
  });

  it('is on disk as soon as it is another thread, panel or filter, for an app that does not end well', () => {
    started().keep(PLACE);
    expect(started().current()?.openPeerId).toBe(4);
  });

  it('is nobody else’s, nor of the same number on another server', () => {
    started().keep(PLACE);
    session = { ...SESSION, user: { ...ME, id: ME.id + 1 } };
    expect(started().current()).toBeNull();
    session = { ...SESSION, server: 'https://elsewhere.example' };
    expect(started().current()).toBeNull();
    session = null;
    expect(started().current()).toBeNull();
  });

  it('is forgotten with the session, and by a page that follows another person’s', () => {
    const keeper = started();
    keeper.keep(PLACE);
    keeper.follow([{ type: 'session.changed', session: null, signIn: SIGN_IN }]);
    expect(keeper.current()).toBeNull();
    expect(started().current()).toBeNull();
  });

  it.each<[string, Partial<SessionView>]>([
    ['the demo, whose people are others at each start', { isDemo: true }],
    ['an admin who looks at somebody’s inbox', { impersonator: ME }],
  ])('is not remembered of %s', (_who, some) => {
    session = { ...SESSION, ...some };
    const keeper = started();
    keeper.keep(PLACE);
    keeper.stop();
    expect(started().current()).toBeNull();
  });
});
