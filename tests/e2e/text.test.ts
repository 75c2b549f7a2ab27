import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from '../../shared/schema.ts';
import type { AppUnderTest } from '../harness/app.ts';
import type { FaultProxy } from '../harness/fault-proxy.ts';
import { eventually, partsOfThisFile, pictureOnFailure } from '../harness/scenario.ts';
import type { TraineeClient } from '../harness/trainee-client.ts';
import { resizeWindow, zoomPage } from '../harness/window-size.ts';

const MAYA = 'Maya Chen';

describe('text', () => {
  const parts = partsOfThisFile();
  let app: AppUnderTest;
  let proxy: FaultProxy;
  let maya: TraineeClient;
  let conversationId: number;

  const clipboard = () => app.electron.evaluate(({ clipboard: board }) => board.readText());
  /** Does in the page what a shortcut or a menu of the system does. */
  const edit = (what: 'copy' | 'paste') =>
    app.electron.evaluate(({ BrowserWindow }, command) => {
      BrowserWindow.getAllWindows()[0]?.webContents[command]();
    }, what);
  const bubbleText = (text: string) => app.bubble(MAYA, text).getByText(text, { exact: true });

  beforeAll(async () => {
    const backend = await parts.backend({ SEND_LIMIT_PER_MINUTE: '0' });
    maya = await parts.client(backend.url, 'maya@demo.test');
    conversationId = (await maya.conversationWith('Jordan Reyes')).id;
    app = await parts.app();
    proxy = await parts.proxy(backend.url);
    await app.signIn(proxy.url);
    await app.openThread(MAYA);
  });
  beforeEach(() => pictureOnFailure(app));

  it('is pasted as it is, line by line, sent and copied without a loss (H4)', async () => {
    const lines = 'Plan\r\n\r\n  1. squat\t5 × 5\r\n\r\n\r\n  2. rest 👨‍👩‍👧‍👦';
    const expected = lines.replaceAll('\r\n', '\n');
    await app.electron.evaluate(({ clipboard: board }, text) => board.writeText(text), lines);
    await app.composer(MAYA).focus();
    await edit('paste');
    await eventually(() => app.composer(MAYA).inputValue()).toBe(expected);
    await app.page.keyboard.press('Enter');
    expect((await maya.received(expected)).content).toBe(expected);
    const own = app.bubbles(MAYA).filter({ hasText: '2. rest' });
    await own.getByText('Sent', { exact: true }).waitFor({ state: 'attached' });
    // A text field that is emptied takes the selection to itself.
    await eventually(() => app.composer(MAYA).inputValue()).toBe('');
    await own.locator('[dir="auto"]').evaluate((bubble) => getSelection()?.selectAllChildren(bubble));
    await edit('copy');
    await eventually(clipboard).toBe(expected);
  });

  it('of several messages is copied with name and time, a block each (H4)', async () => {
    await maya.send(conversationId, 'How was it?');
    await bubbleText('How was it?').waitFor();
    await app.write(MAYA, 'Two lines\nof mine');
    await app.waitForDelivery(MAYA, 'Two lines\nof mine', 'Sent');
    await maya.send(conversationId, 'See you tomorrow');
    await bubbleText('See you tomorrow').waitFor();
    const from = await bubbleText('How was it?').boundingBox();
    const to = await bubbleText('See you tomorrow').boundingBox();
    if (from === null || to === null) throw new Error('The messages are not in view.');
    await app.page.mouse.move(from.x + 13, from.y + from.height / 2);
    await app.page.mouse.down();
    await app.page.mouse.move(to.x + to.width - 2, to.y + to.height / 2, { steps: 8 });
    await app.page.mouse.up();
    await edit('copy');
    const blocks = async () => (await clipboard()).split('\n\n');
    const time = String.raw`\w+, \w+ \d+, \d{4}.* \d+:\d\d.*`;
    await eventually(blocks).toEqual([
      expect.stringMatching(new RegExp(`^Maya Chen, ${time}\nHow was it\\?$`)),
      expect.stringMatching(new RegExp(`^Jordan Reyes, ${time}\nTwo lines\nof mine$`)),
      expect.stringMatching(new RegExp(`^Maya Chen, ${time}\nSee you tomorrow$`)),
    ]);
  });

  it('from right to left stands so, on the side of who wrote it (H9)', async () => {
    const hebrew = 'שלום! בשעה 6:30, 5 × 5?';
    await maya.send(conversationId, hebrew);
    await app.write(MAYA, 'تمام OK');
    await bubbleText(hebrew).waitFor();
    await bubbleText('تمام OK').waitFor();
    const look = (text: string) =>
      bubbleText(text).evaluate((bubble) => {
        const log = bubble.closest('[role="log"]')?.getBoundingClientRect();
        const box = bubble.getBoundingClientRect();
        const isLeft = box.left - (log?.left ?? 0) < (log?.right ?? 0) - box.right;
        return [getComputedStyle(bubble).direction, isLeft ? 'left' : 'right'];
      });
    expect(await look(hebrew)).toEqual(['rtl', 'left']);
    expect(await look('تمام OK')).toEqual(['rtl', 'right']);
    const preview = app.conversation(MAYA).locator('bdi').last();
    await eventually(() => preview.textContent()).toBe('تمام OK');
    expect(await preview.evaluate((one) => getComputedStyle(one).direction)).toBe('rtl');
    const time = app.bubble(MAYA, 'تمام OK').locator('time');
    expect(await time.evaluate((one) => getComputedStyle(one).direction)).toBe('ltr');
  });

  it('of one word of 2,000 characters wraps in a small window at double size (H10)', async () => {
    const word = 'W'.repeat(2_000);
    await maya.send(conversationId, word);
    await bubbleText(word).waitFor();
    await zoomPage(app, 2);
    await resizeWindow(app, { width: 720, height: 480 }, 2);
    const overflow = await app.page.evaluate(() =>
      [document.documentElement, ...document.querySelectorAll('main, main *')]
        .filter((one) => one.checkVisibility() && one.closest('.sr-only') === null)
        .filter((one) => getComputedStyle(one).overflowX !== 'hidden')
        .filter(({ scrollWidth, clientWidth }) => clientWidth > 0 && scrollWidth > clientWidth)
        .map(({ tagName, className }) => `${tagName}.${className}`),
    );
    expect(overflow).toEqual([]);
    await zoomPage(app, 1);
    await resizeWindow(app, { width: 1_200, height: 800 });
  });

  it('has a menu for the right mouse button, and asks nobody for a dictionary (H11)', async () => {
    await app.electron.evaluate(({ Menu, session }) => {
      const seen: string[][] = [];
      Reflect.set(globalThis, 'menusSeen', seen);
      Menu.prototype.popup = function popup(this: Electron.Menu) {
        seen.push(this.items.filter(({ enabled }) => enabled).map(({ label, type }) => label || type));
      };
      session.defaultSession.on('spellcheck-dictionary-download-begin', () => seen.push(['download']));
    });
    const menus = async (): Promise<unknown> =>
      await app.electron.evaluate((): unknown => Reflect.get(globalThis, 'menusSeen'));
    await app.composer(MAYA).fill('Squatt and pres');
    await app.composer(MAYA).click({ button: 'right', position: { x: 20, y: 16 } });
    await eventually(menus).toHaveLength(1);
    await app.electron.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents;
      const editFlags = { canCut: true, canCopy: true, canPaste: true, canSelectAll: true };
      contents?.emit(
        'context-menu',
        {},
        {
          isEditable: true,
          selectionText: '',
          misspelledWord: 'Squatt',
          dictionarySuggestions: ['Squat'],
          editFlags,
        },
      );
    });
    const [ownMenu, emitted] = z.array(z.array(z.string())).parse(await menus());
    expect(ownMenu).toEqual(expect.arrayContaining(['Paste', 'Select all']));
    expect(emitted?.slice(0, 3)).toEqual(['Squat', 'Add to dictionary', 'separator']);
    const dictionaries = path.join(app.profile, 'Dictionaries');
    expect(existsSync(dictionaries) ? readdirSync(dictionaries) : []).toEqual([]);
    await app.composer(MAYA).fill('');
  });

  /** Watches everything that a screen reader reads out by itself. */
  const listen = () =>
    app.page.evaluate(() => {
      const said: string[] = [];
      Reflect.set(window, 'said', said);
      const live =
        '[aria-live="polite"], [aria-live="assertive"], [role="alert"], [role="status"]:not([aria-live="off"])';
      new MutationObserver((changes) => {
        for (const { target, type, addedNodes } of changes) {
          const element = target instanceof Element ? target : target.parentElement;
          const region = element?.closest(live) ?? null;
          if (region !== null && (type === 'characterData' || addedNodes.length > 0)) {
            said.push(region.textContent ?? '');
          }
        }
      }).observe(document.body, { subtree: true, childList: true, characterData: true });
    });
  const said = async (): Promise<unknown> =>
    await app.page.evaluate((): unknown => Reflect.get(window, 'said'));

  it('that arrives is announced once, politely, as name and text (J1)', async () => {
    await listen();
    const texts = ['First of three', 'Second of three', 'Second of three'];
    for (const [index, text] of texts.entries()) {
      await maya.send(conversationId, text);
      await eventually(said).toHaveLength(index + 1);
    }
    expect(await said()).toEqual(texts.map((text) => `Maya Chen: ${text}`));
  });

  it('that was missed is announced by its count (J1)', async () => {
    await proxy.refuse();
    for (let times = 0; times < 5; times += 1) await maya.send(conversationId, `Missed ${times}`);
    await listen();
    await proxy.pass();
    await bubbleText('Missed 4').waitFor({ timeout: 30_000 });
    await eventually(said).toContain('5 new messages from Maya Chen');
    expect(
      z
        .array(z.string())
        .parse(await said())
        .filter((text) => text.includes('Missed')),
    ).toEqual([]);
  });

  it('that only tells the time is never read out, in five quiet minutes (J1)', async () => {
    await app.page.clock.install();
    await app.page.reload();
    await app.openThread(MAYA);
    const newest = app.bubbles(MAYA).last().locator('time');
    await eventually(() => newest.textContent()).toBe('Just now');
    await listen();
    await app.page.clock.runFor(5 * 60_000 + 5_000);
    await eventually(() => newest.textContent()).toBe('5m ago');
    expect(await said()).toEqual([]);
  });
});
