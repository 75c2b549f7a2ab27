import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAppLanguage } from '../../electron/desktop/language.ts';
import { openPreferences, type Preferences } from '../../electron/desktop/preferences.ts';
import type { LanguageView } from '../../shared/words/languages.ts';
import { DESKTOP } from '../harness/desktop-view.ts';

const FIRST: Preferences = {
  language: 'system',
  desktop: DESKTOP.settings,
  pausedUntil: null,
  knowsTray: false,
  place: null,
  window: null,
  zoom: 1,
};

describe('the preferences of a profile', () => {
  let folder: string;
  let logged: string[];
  const open = () => openPreferences(folder, (event) => void logged.push(event));

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'trainer-inbox-preferences-'));
    logged = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('are kept from one start to the next', () => {
    expect(open().current).toEqual(FIRST);
    open().change({ language: 'es' });
    expect(open().current).toEqual({ ...FIRST, language: 'es' });
  });

  it.each([
    '',
    '{"language":',
    '[]',
    '{"language":"tlh"}',
    '{"language":null,"desktop":{},"window":{"bounds":1}}',
  ])('fall back to their usual values when the file says %j', (text) => {
    writeFileSync(path.join(folder, 'preferences.json'), text);
    expect(open().current).toEqual(FIRST);
  });

  it('lose no more than the field that is spoiled', () => {
    writeFileSync(path.join(folder, 'preferences.json'), '{"language":"tlh","knowsTray":true}');
    expect(open().current).toEqual({ ...FIRST, knowsTray: true });
  });

  it('count until the app ends when the disk does not take them', () => {
    // Nothing can be moved into the place of a folder.
    mkdirSync(path.join(folder, 'preferences.json'));
    const preferences = open();
    preferences.change({ language: 'pt-BR' });
    expect(preferences.current).toEqual({ ...FIRST, language: 'pt-BR' });
    expect(logged).toEqual(['preferences.not_saved']);
  });
});

describe('the language of the main process', () => {
  it('follows the system until the person chooses, and again when they choose so', () => {
    const told: LanguageView[] = [];
    const language = createAppLanguage({
      choice: 'system',
      systemTags: ['pt-PT', 'en'],
      onChosen: (view) => void told.push(view),
    });
    expect(language.view).toEqual({ choice: 'system', shown: 'pt-BR' });
    expect(language.words.say('common.cancel')).toBe('Cancelar');
    language.choose('en');
    expect(language.words.say('common.cancel')).toBe('Cancel');
    language.choose('system');
    expect(told.map(({ shown }) => shown)).toEqual(['en', 'pt-BR']);
  });
});
